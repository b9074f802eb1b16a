import { gzipSync } from "node:zlib";
import { PackageError } from "@gateway-engine/core/errors";
import {
  BROKEN_PACKAGES,
  type BrokenPackage,
  goodPackage,
  installScript,
} from "@gateway-engine/testkit/package-fixtures";
import { paxPath, type TarEntry, tar, tarGz } from "@gateway-engine/testkit/tar-writer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_PACKAGE_LIMITS, type PackageLimits } from "../src/package-entry.ts";
import { readPackage } from "../src/read-package.ts";
import { inPieces, neverAborted } from "./helpers.ts";

function read(bytes: Uint8Array, limits: Partial<PackageLimits> = {}, pieces = 1000) {
  return readPackage({
    name: "app.v1.tar.gz",
    source: inPieces(bytes, pieces),
    limits: { ...DEFAULT_PACKAGE_LIMITS, ...limits },
    signal: neverAborted,
  });
}

describe("a sound package", () => {
  test("gives its entries with kinds, sizes and modes", async () => {
    const bytes = tarGz([
      { path: "./", type: "5", mode: 0o755 },
      { path: "./bin/", type: "5", mode: 0o700 },
      { path: "./bin/run", mode: 0o4755, content: "hello" },
      { path: "./run", type: "2", target: "bin/run" },
      { path: "./copy", type: "1", target: "./bin/run" },
    ]);
    expect(await read(bytes)).toMatchObject({
      contentRoot: "",
      unpackedBytes: 4096,
      entries: [
        { path: "bin", kind: "folder", mode: 0o700, size: 0 },
        { path: "bin/run", kind: "file", mode: 0o755, size: 5 },
        { path: "run", kind: "symlink", mode: 0o644, size: 0, target: "bin/run" },
        { path: "copy", kind: "hardlink", mode: 0o644, size: 0, target: "bin/run" },
      ],
    });
  });

  test("is read the same however its bytes arrive", async () => {
    const { bytes } = goodPackage({ others: [{ path: "data", content: "x".repeat(5000) }] });
    const [one, other] = [await read(bytes, {}, 1), await read(bytes, {}, 100_000)];
    expect(one.entries).toEqual(other.entries);
    expect(one.unpackedBytes).toBe(other.unpackedBytes);
  });

  test("may lie in one folder of its own", async () => {
    const bytes = tarGz([{ ...installScript("true"), path: "app.v1/install.sh" }, { path: "app.v1/x" }]);
    expect((await read(bytes)).contentRoot).toBe("app.v1");
  });

  test("hands out the content of its files, and skips what is not read", async () => {
    const seen: string[] = [];
    await readPackage({
      name: "app",
      source: inPieces(
        tarGz([
          { path: "a", content: "1".repeat(3000) },
          { path: "b", content: "two" },
        ]),
      ),
      signal: neverAborted,
      visit: async (entry, content) => {
        if (entry.path === "a") return;
        for await (const chunk of content) seen.push(Buffer.from(chunk).toString());
      },
    });
    expect(seen.join("")).toBe("two");
  });

  test("may have names longer than a tar header holds", async () => {
    const path = `${"long/".repeat(40)}file`;
    expect((await read(tarGz([paxPath(path), { path: "short" }]))).entries[0]?.path).toBe(path);
  });

  test("may list a folder twice and hold a link to what install.sh will make", async () => {
    const folder: TarEntry = { path: "d", type: "5", mode: 0o755 };
    const bytes = tarGz([folder, folder, { path: "d/later", type: "2", target: "../made-later" }]);
    expect((await read(bytes)).entries).toHaveLength(2);
  });
});

const UNSAFE: readonly (readonly [BrokenPackage, string, RegExp])[] = [
  ["not-gzip", "E_PACKAGE_FORMAT", /it is not gzip/],
  ["empty-file", "E_PACKAGE_FORMAT", /the file is empty/],
  ["gzip-of-no-tar", "E_PACKAGE_FORMAT", /a tar header is damaged/],
  ["truncated-gzip", "E_PACKAGE_FORMAT", /cut short/],
  ["truncated-tar", "E_PACKAGE_FORMAT", /cut short/],
  ["damaged-gzip", "E_PACKAGE_FORMAT", /damaged/],
  ["damaged-header", "E_PACKAGE_FORMAT", /a tar header is damaged/],
  ["empty-archive", "E_PACKAGE_CONTENT", /the archive is empty/],
  ["dot-dot-path", "E_PACKAGE_CONTENT", /"..\/..\/escaped" leads out of the package/],
  ["absolute-path", "E_PACKAGE_CONTENT", /"\/tmp\/escaped" is absolute/],
  ["control-character-in-name", "E_PACKAGE_CONTENT", /control character/],
  ["symlink-out", "E_PACKAGE_CONTENT", /"bin\/link" points out of the package/],
  ["symlink-absolute", "E_PACKAGE_CONTENT", /"link" points out of the package, to "\/etc\/passwd"/],
  ["symlink-out-through-links", "E_PACKAGE_CONTENT", /"link" points out of the package/],
  ["symlink-circle", "E_PACKAGE_CONTENT", /leads in a circle/],
  ["file-below-symlink", "E_PACKAGE_CONTENT", /"sub\/escaped" lies below "sub"/],
  ["hard-link-out", "E_PACKAGE_CONTENT", /"..\/..\/etc\/passwd" leads out of the package/],
  ["hard-link-to-nothing", "E_PACKAGE_CONTENT", /"not-here", which is no file here/],
  ["fifo", "E_PACKAGE_CONTENT", /"pipe" is a fifo/],
  ["device", "E_PACKAGE_CONTENT", /"null" is a character-device/],
  ["duplicate", "E_PACKAGE_CONTENT", /"install.sh" is in the archive twice/],
  ["huge", "E_PACKAGE_LIMIT", /more than 500 times its size/],
];

describe("an unsafe package is refused:", () => {
  test.each(UNSAFE)("%s is %s", async (broken, code, message) => {
    const failure = read(BROKEN_PACKAGES[broken]().bytes);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toBeInstanceOf(PackageError);
  });

  test("a hard link to a symbolic link", async () => {
    const bytes = tarGz([{ path: "s", type: "2", target: "f" }, { path: "h", type: "1", target: "s" }, { path: "f" }]);
    await expect(read(bytes)).rejects.toThrow('the hard link "h" points to "s", which is no file here');
  });

  test.each([
    ["a file and then something in it", [{ path: "a" }, { path: "a/b" }], '"a/b" lies below "a"'],
    [
      "something in a folder and then a file of its name",
      [{ path: "a/b" }, { path: "a" }],
      '"a" is a folder and a file',
    ],
    [
      "a link in the place of a folder",
      [{ path: "a/b" }, { path: "a", type: "2" as const, target: "x" }],
      "and a symlink",
    ],
  ])("%s", async (_, entries, message) => {
    await expect(read(tarGz(entries))).rejects.toThrow(message);
  });

  test("links that grow at every hop, without keeping the reader busy", async () => {
    const entries = Array.from({ length: 40 }, (_, index): TarEntry => {
      return { path: `l${index}`, type: "2", target: `l${index + 1}/${"a/".repeat(45)}` };
    });
    const started = performance.now();
    await read(tarGz(entries)).catch(() => {});
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("bytes after the archive that are no archive", async () => {
    await expect(read(gzipSync(Buffer.concat([tar([installScript("true")]), Buffer.alloc(512, 1)])))).rejects.toThrow(
      "a tar header is damaged",
    );
  });
});

describe("a package over a limit is refused:", () => {
  const entries = [{ path: "a/b/c", content: "x".repeat(2000) }, { path: "other" }];
  test.each([
    ["entries", { entries: 1 }, "more than 1 entries"],
    ["unpacked bytes", { unpackedBytes: 3000 }, "more than 3000 bytes"],
    ["path length", { pathBytes: 4 }, "longer than 4 bytes"],
    ["depth", { depth: 2 }, "more than 2 folders deep"],
  ])("%s", async (_, limits, message) => {
    await expect(read(tarGz(entries), limits)).rejects.toMatchObject({ code: "E_PACKAGE_LIMIT" });
    await expect(read(tarGz(entries), limits)).rejects.toThrow(message);
  });
});

test("an error of the source is passed on as it is", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield goodPackage().bytes.subarray(0, 40);
    throw new RangeError("the disk is gone");
  }
  const reading = readPackage({ name: "app", source: failing(), signal: neverAborted });
  await expect(reading).rejects.toThrow(RangeError);
});

test("reading stops when it is cancelled", async () => {
  const abort = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield goodPackage().bytes.subarray(0, 40);
    abort.abort();
    yield goodPackage().bytes.subarray(40);
  }
  const reading = readPackage({ name: "app", source: endless(), signal: abort.signal });
  await expect(reading).rejects.toMatchObject({ code: "E_CANCELLED" });
});

describe("whatever the bytes,", () => {
  test("reading ends with entries or with a PackageError", async () => {
    const { bytes } = goodPackage({ others: [{ path: "d/e", content: "data".repeat(200) }] });
    const plain = tar([installScript("true"), { path: "d/l", type: "2", target: "../install.sh" }]);
    const mutation = fc.record({ at: fc.nat(plain.length - 1), to: fc.nat(255), cut: fc.nat(plain.length) });
    await fc.assert(
      fc.asyncProperty(mutation, fc.boolean(), async ({ at, to, cut }, packed) => {
        const changed = Buffer.from(packed ? bytes : plain);
        changed[at % changed.length] = to;
        const cutShort = changed.subarray(0, cut === 0 ? undefined : cut);
        try {
          await read(packed ? cutShort : gzipSync(cutShort));
        } catch (error) {
          expect(error).toBeInstanceOf(PackageError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
