import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CancelledError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { systemRandom } from "@gateway-engine/platform/random";
import {
  answer,
  bothLengths,
  cutAfter,
  type Reply,
  rangedContent,
  type SeenRequest,
  slowly,
  startScriptedHttpServer,
  wrongLength,
} from "@gateway-engine/testkit/scripted-http-server";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDeviceClient } from "../src/device-client.ts";
import { type DownloadOrder, downloadContent } from "../src/download.ts";
import { CHECKPOINT_BYTES, isCheckpointDue, MAX_UNSAVED_BYTES } from "../src/partial-file.ts";
import { RateLimit } from "../src/rate-limit.ts";

const CONTENT = randomBytes(300_000);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const http = createHttpClient();
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder("download");
});

afterEach(() => folder.remove());

/** A content area whose information is honest unless told, and whose downloads are answered in order; the last reply repeats. */
async function contentArea(downloads: readonly [Reply, ...Reply[]], info = infoOf(CONTENT)) {
  let count = 0;
  return startScriptedHttpServer((request) => {
    if (request.target.includes("info=true")) return answer({ body: info });
    count += 1;
    return downloads[Math.min(count, downloads.length) - 1] ?? downloads[0];
  });
}

function infoOf(content: Uint8Array, updated = "1513931066"): string {
  return `application/gzip,${content.length},${updated},`;
}

function download(
  url: string,
  order: Partial<DownloadOrder> = {},
  files: Files = nodeFiles,
  rateLimit = new RateLimit(systemClock),
) {
  const client = createDeviceClient({ http, server: url, userAgent: "test", timeoutMs: 5000 });
  return downloadContent(
    {
      client,
      files,
      clock: systemClock,
      random: systemRandom,
      rateLimit,
      retry: { firstMs: 1, maxMs: 2 },
      maxTries: 3,
    },
    {
      product: "acme",
      id: "app.v1.tar.gz",
      destination: join(folder.path, "app.v1.tar.gz"),
      maxBytes: 64_000_000,
      signal: new AbortController().signal,
      ...order,
    },
  );
}

function rangesOf(requests: readonly SeenRequest[]): readonly (string | undefined)[] {
  return requests.filter(({ target }) => !target.includes("info=true")).map(({ headers }) => headers["range"]);
}

async function expectWhole(): Promise<void> {
  expect(await readdir(folder.path)).toEqual(["app.v1.tar.gz"]);
  expect((await readFile(join(folder.path, "app.v1.tar.gz"))).equals(CONTENT)).toBe(true);
}

describe("a download", () => {
  test("arrives whole, with its digest, and leaves nothing beside it", async () => {
    await using server = await contentArea([rangedContent(CONTENT)]);
    const progress: number[] = [];
    const result = await download(server.url, {
      sha256: SHA256.toUpperCase(),
      size: CONTENT.length,
      onProgress: ({ received }) => progress.push(received),
    });
    expect(result).toEqual({ size: CONTENT.length, sha256: SHA256 });
    expect(progress.at(-1)).toBe(CONTENT.length);
    await expectWhole();
  });

  test("of an empty content makes an empty file", async () => {
    await using server = await contentArea([answer({})], infoOf(Buffer.alloc(0)));
    expect((await download(server.url)).size).toBe(0);
    expect((await readFile(join(folder.path, "app.v1.tar.gz"))).length).toBe(0);
  });

  test("takes an answer with both Content-Length and chunked", async () => {
    await using server = await contentArea([bothLengths({ body: CONTENT })]);
    await download(server.url, { sha256: SHA256 });
    await expectWhole();
  });

  test("goes on where the line dropped", async () => {
    await using server = await contentArea([
      cutAfter(100_000, rangedContent(CONTENT)),
      cutAfter(50_000, rangedContent(CONTENT)),
      rangedContent(CONTENT),
    ]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
    await expectWhole();
  });

  test("takes a range that an older server answers with 200", async () => {
    const partial = rangedContent(CONTENT);
    const as200: Reply = {
      ...partial,
      wire: (request) =>
        Buffer.from(Buffer.from(partial.wire(request)).toString("latin1").replace("206", "200"), "latin1"),
    };
    await using server = await contentArea([cutAfter(100_000, partial), as200]);
    await download(server.url, { sha256: SHA256 });
    await expectWhole();
  });

  test("begins again when the server ignores the range", async () => {
    await using server = await contentArea([cutAfter(100_000, rangedContent(CONTENT)), answer({ body: CONTENT })]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual([undefined, "bytes=100000-"]);
    await expectWhole();
  });

  test("goes on as long as each try brings something, however many it takes", async () => {
    await using server = await contentArea([cutAfter(30_000, rangedContent(CONTENT))]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toHaveLength(10);
    await expectWhole();
  });

  test("fails after some tries that bring nothing, and keeps what it has", async () => {
    await using server = await contentArea([
      cutAfter(100_000, rangedContent(CONTENT)),
      cutAfter(0, rangedContent(CONTENT)),
    ]);
    await expect(download(server.url)).rejects.toMatchObject({ code: "E_DOWNLOAD" });
    expect(rangesOf(server.requests)).toHaveLength(3);
    expect((await readFile(join(folder.path, "app.v1.tar.gz.part"))).length).toBe(100_000);
  });

  test("fails when a server that ignores ranges always drops the line", async () => {
    await using server = await contentArea([cutAfter(100_000, answer({ body: CONTENT }))]);
    await expect(download(server.url)).rejects.toMatchObject({ code: "E_DOWNLOAD" });
  });

  test.each([
    ["too long", CONTENT.length + 10],
    ["too short", CONTENT.length - 10],
  ])("does not believe a Content-Length that is %s", async (_what, claimed) => {
    await using server = await contentArea([wrongLength({ body: CONTENT, claimed })]);
    await expect(download(server.url, { sha256: SHA256 })).rejects.toMatchObject({ code: "E_DOWNLOAD" });
    expect(await readdir(folder.path)).not.toContain("app.v1.tar.gz");
  });

  test("waits out a server that is busy", async () => {
    await using server = await contentArea([answer({ status: 503 }), rangedContent(CONTENT)]);
    await download(server.url, { sha256: SHA256 });
    await expectWhole();
  });
});

describe("after a restart of the program", () => {
  test("a download goes on with the part that is there", async () => {
    await using server = await contentArea([
      slowly({ bytes: 60_000, everyMs: 20 }, rangedContent(CONTENT)),
      rangedContent(CONTENT),
    ]);
    const controller = new AbortController();
    const stopAfterSome = () => controller.abort();
    await expect(download(server.url, { signal: controller.signal, onProgress: stopAfterSome })).rejects.toBeInstanceOf(
      CancelledError,
    );
    const kept = (await readFile(join(folder.path, "app.v1.tar.gz.part"))).length;
    expect(kept).toBeGreaterThan(0);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual([undefined, `bytes=${kept}-`]);
    await expectWhole();
  });

  test("it begins again when the content was changed meanwhile", async () => {
    await leavePart(CONTENT.subarray(0, 1000), { updated: "1" });
    await using server = await contentArea([rangedContent(CONTENT)]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual([undefined]);
    await expectWhole();
  });

  test("what is behind the last durable byte is fetched again", async () => {
    await leavePart(Buffer.concat([CONTENT.subarray(0, 1000), Buffer.alloc(500)]), { kept: 1000 });
    await using server = await contentArea([rangedContent(CONTENT)]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual(["bytes=1000-"]);
    await expectWhole();
  });

  test("a part that lost its end is taken up where it ends", async () => {
    await leavePart(CONTENT.subarray(0, 1000), {});
    await truncate(join(folder.path, "app.v1.tar.gz.part"), 400);
    await using server = await contentArea([rangedContent(CONTENT)]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual(["bytes=400-"]);
    await expectWhole();
  });

  test("a damaged part is found out by the digest, thrown away and fetched again", async () => {
    await leavePart(randomBytes(1000), {});
    await using server = await contentArea([rangedContent(CONTENT)]);
    await download(server.url, { sha256: SHA256 });
    expect(rangesOf(server.requests)).toEqual(["bytes=1000-", undefined]);
    await expectWhole();
  });

  test("a whole part is only checked", async () => {
    await leavePart(CONTENT, {});
    await using server = await contentArea([answer({ status: 500 })]);
    await download(server.url, { sha256: SHA256 });
    await expectWhole();
  });

  test.each(["", "not JSON", "{}", '{"size":"x","updated":1,"kept":-1}', "null"])(
    "a note %j that is not ours is ignored",
    async (note) => {
      await leavePart(randomBytes(1000), {});
      await writeFile(join(folder.path, "app.v1.tar.gz.part.json"), note);
      await using server = await contentArea([rangedContent(CONTENT)]);
      await download(server.url, { sha256: SHA256 });
      expect(rangesOf(server.requests)).toEqual([undefined]);
      await expectWhole();
    },
  );

  async function leavePart(
    part: Uint8Array,
    note: { readonly updated?: string; readonly kept?: number },
  ): Promise<void> {
    await writeFile(join(folder.path, "app.v1.tar.gz.part"), part);
    const { updated = "1513931066", kept = part.length } = note;
    await writeFile(
      join(folder.path, "app.v1.tar.gz.part.json"),
      JSON.stringify({ size: CONTENT.length, updated, kept }),
    );
  }
});

describe("what was ordered is what arrives", () => {
  test("a wrong digest is an error, and nothing is left behind", async () => {
    await using server = await contentArea([rangedContent(CONTENT)]);
    const error = download(server.url, { sha256: "0".repeat(64) });
    await expect(error).rejects.toMatchObject({ code: "E_PACKAGE_DIGEST" });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("a wrong digest over a dropping line is one error and no endless repetition", async () => {
    await using server = await contentArea([cutAfter(200_000, rangedContent(CONTENT))]);
    await expect(download(server.url, { sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "E_PACKAGE_DIGEST" });
    expect(rangesOf(server.requests)).toHaveLength(4);
  });

  test("another size is an error before anything is fetched", async () => {
    await using server = await contentArea([rangedContent(CONTENT)]);
    await expect(download(server.url, { size: 5 })).rejects.toMatchObject({ code: "E_PACKAGE_DIGEST" });
    expect(rangesOf(server.requests)).toEqual([]);
  });

  test("a content over the limit is not begun", async () => {
    await using server = await contentArea([rangedContent(CONTENT)]);
    await expect(download(server.url, { maxBytes: 1000 })).rejects.toMatchObject({ code: "E_PACKAGE_LIMIT" });
    expect(rangesOf(server.requests)).toEqual([]);
  });

  test("a missing content is named", async () => {
    await using server = await startScriptedHttpServer([answer({ status: 404 })]);
    await expect(download(server.url)).rejects.toMatchObject({ code: "E_CONTENT_MISSING" });
  });

  test("a CIK that is refused ends it at once, so that the caller can activate", async () => {
    await using server = await contentArea([answer({ status: 401 })]);
    await expect(download(server.url)).rejects.toMatchObject({ code: "E_NOT_ACTIVATED" });
  });

  test("no room is found out before the first byte", async () => {
    await using server = await contentArea([rangedContent(CONTENT)]);
    const full: Files = { ...nodeFiles, freeBytes: async () => 100 };
    await expect(download(server.url, {}, full)).rejects.toMatchObject({ code: "E_DISK_FULL" });
    expect(rangesOf(server.requests)).toEqual([]);
  });
});

test.each([
  { bytes: CHECKPOINT_BYTES - 1, sinceMs: 60_000, costMs: 0, due: false },
  { bytes: CHECKPOINT_BYTES, sinceMs: 199, costMs: 0, due: false },
  { bytes: CHECKPOINT_BYTES, sinceMs: 200, costMs: 50, due: true },
  { bytes: CHECKPOINT_BYTES, sinceMs: 399, costMs: 100, due: false },
  { bytes: CHECKPOINT_BYTES, sinceMs: 400, costMs: 100, due: true },
  { bytes: MAX_UNSAVED_BYTES - 1, sinceMs: 10, costMs: 0, due: false },
  { bytes: MAX_UNSAVED_BYTES, sinceMs: 0, costMs: 1000, due: true },
])(
  "$bytes bytes that are not safe after $sinceMs ms, the last checkpoint having taken $costMs ms: one is due: $due",
  ({ due, ...unsaved }) => {
    expect(isCheckpointDue(unsaved)).toBe(due);
  },
);

test("over a slow line the note on the disk is never far behind what has arrived", async () => {
  const large = randomBytes(4_000_000);
  await using server = await contentArea([rangedContent(large)], infoOf(large));
  let now = 0;
  const clock = { monotonic: () => now, sleep: systemClock.sleep };
  const client = createDeviceClient({ http, server: server.url, userAgent: "test", timeoutMs: 5000 });
  const destination = join(folder.path, "app.v1.tar.gz");
  const behind: number[] = [];
  await downloadContent(
    { client, files: nodeFiles, clock, random: systemRandom },
    {
      product: "acme",
      id: "app.v1.tar.gz",
      destination,
      maxBytes: large.length,
      signal: new AbortController().signal,
      onProgress: ({ received }) => {
        now += 40;
        const note = JSON.parse(readFileSync(`${destination}.part.json`, "utf8")) as { readonly kept: number };
        behind.push(received - note.kept);
      },
    },
  );
  expect(behind.length).toBeGreaterThan(10);
  expect(Math.max(...behind)).toBeLessThan(CHECKPOINT_BYTES + 5 * 65_536);
});

describe("a limited rate", () => {
  test("is kept over dropped lines, and nothing is asked for long before there is room", async () => {
    await using server = await contentArea([
      cutAfter(200_000, rangedContent(CONTENT)),
      cutAfter(50_000, rangedContent(CONTENT)),
      rangedContent(CONTENT),
    ]);
    const slept: number[] = [];
    let now = 1_000_000;
    const clock = {
      monotonic: () => now,
      sleep: async (ms: number) => {
        slept.push(ms);
        now += ms;
      },
    };
    const begun = now;
    await download(server.url, { sha256: SHA256 }, nodeFiles, new RateLimit(clock, 10_000));
    await expectWhole();
    // 300,000 bytes at 10,000 a second, half a second of which was saved up.
    expect(now - begun).toBeCloseTo(29_500, -1);
    expect(rangesOf(server.requests)).toEqual(["bytes=0-262143", "bytes=200000-", "bytes=250000-"]);
  });

  test("of 0 is none", async () => {
    const clock = { monotonic: () => 0, sleep: () => Promise.reject(new Error("it slept")) };
    const limit = new RateLimit(clock, 0);
    await limit.pay(1e9, new AbortController().signal);
    expect(limit.pieceBytes).toBeUndefined();
  });

  test("holds a server that ignores ranges as well", async () => {
    await using server = await contentArea([answer({ body: CONTENT })]);
    let now = 0;
    const clock = {
      monotonic: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    await download(server.url, { sha256: SHA256 }, nodeFiles, new RateLimit(clock, 100_000));
    expect(now).toBeGreaterThan(2000);
    await expectWhole();
  });
});

test("what others write on the disk meanwhile does not let a download touch the reserve", async () => {
  const large = randomBytes(9_000_000);
  await using server = await contentArea([rangedContent(large)], infoOf(large));
  let asked = 0;
  const filling: Files = {
    ...nodeFiles,
    freeBytes: async () => {
      asked += 1;
      return asked < 3 ? 20_000_000 : 5_000_000;
    },
  };
  const order = { reserveBytes: 5_000_000 };
  await expect(download(server.url, order, filling)).rejects.toMatchObject({ code: "E_DISK_FULL" });
  expect((await readFile(join(folder.path, "app.v1.tar.gz.part"))).length).toBeLessThan(large.length);
});
