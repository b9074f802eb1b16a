import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@gateway-engine/core/logger";
import type { GroupCommitDatabase } from "@gateway-engine/core/sql";
import { systemClock } from "@gateway-engine/platform/clock";
import { openGroupCommitDatabase } from "@gateway-engine/platform/group-commit-database";
import { expect, test } from "vitest";
import { Intake } from "../../src/intake/intake.ts";
import { SPOOL_MIGRATIONS } from "../../src/spool/schema.ts";
import { SqliteSpool } from "../../src/spool/sqlite-spool.ts";

const IDENTITY = { vendor: "v", model: "m", serial: "s" };
const NO_LIMIT = { messages: 1000, bytes: 1_000_000_000 };

test("messages come back in order, with consecutive numbers for their points, after the file is opened again", async () => {
  await using folder = await makeFolder();
  let spoolId = "";
  await withSpool(folder.path, async (spool) => {
    spoolId = spool.id;
    const { id } = spool.deviceOf(IDENTITY);
    await Promise.all([1, 2, 3].map((points) => spool.accept(id, submission(`m${points}`, points))));
  });
  await withSpool(folder.path, async (spool) => {
    expect(spool.id).toBe(spoolId);
    const { id, queued } = spool.deviceOf(IDENTITY);
    expect(queued).toBe(3);
    const messages = await spool.oldest(id, NO_LIMIT);
    expect(messages.map(({ seq, body }) => [seq, String(Buffer.from(body))])).toEqual([
      [1, "m1"],
      [2, "m2"],
      [4, "m3"],
    ]);
    await spool.acknowledge(id, messages.slice(0, 2));
    await spool.accept(id, submission("m4"));
    expect((await spool.oldest(id, NO_LIMIT)).map(({ seq }) => seq)).toEqual([4, 7]);
    expect(spool.totals()).toEqual({ queued: 2, forwarded: 2, setAside: 0 });
  });
});

test("a batch ends at the number of messages, at the number of bytes, and at a gap in the numbers", async () => {
  await using folder = await makeFolder();
  await withSpool(folder.path, async (spool) => {
    const { id } = spool.deviceOf(IDENTITY);
    for (const body of ["aaaa", "bbbb", "cccc", "dddd", "eeee"]) await spool.accept(id, submission(body));
    const seqs = async (limits: { messages: number; bytes: number }) =>
      (await spool.oldest(id, limits)).map(({ seq }) => seq);
    expect(await seqs({ messages: 2, bytes: 100 })).toEqual([1, 2]);
    expect(await seqs({ messages: 9, bytes: 11 })).toEqual([1, 2]);
    expect(await seqs({ messages: 9, bytes: 1 })).toEqual([1]);
    const third = (await spool.oldest(id, NO_LIMIT))[2];
    if (third === undefined) throw new Error("there are five messages");
    await spool.setAside(id, third, "refused");
    expect(await seqs(NO_LIMIT)).toEqual([1, 2]);
    expect(spool.totals()).toEqual({ queued: 4, forwarded: 0, setAside: 1 });
  });
});

test("a message that is set aside is kept with its reason", async () => {
  await using folder = await makeFolder();
  await using database = await open(folder.path);
  const spool = await SqliteSpool.open({ database, clock: systemClock, log: silentLogger });
  const { id } = spool.deviceOf(IDENTITY);
  await spool.accept(id, submission("poison"));
  const [message] = await spool.oldest(id, NO_LIMIT);
  if (message === undefined) throw new Error("there is a message");
  await spool.setAside(id, message, "the server answered 400");
  const [row] = await database.read("SELECT body, reason FROM set_aside");
  expect(row).toEqual({ body: new Uint8Array(Buffer.from("poison")), reason: "the server answered 400" });
});

test("a CIK survives, and so does that it was refused", async () => {
  await using folder = await makeFolder();
  const cik = "c".repeat(40);
  await withSpool(folder.path, async (spool) => {
    const { id } = spool.deviceOf(IDENTITY);
    await spool.keepCik(id, cik);
    await spool.markCikRefused(id, cik);
  });
  await withSpool(folder.path, async (spool) => {
    expect(spool.deviceOf(IDENTITY)).toMatchObject({ cik, cikRefused: true });
    expect(spool.findByCik(cik)?.id).toBe(spool.deviceOf(IDENTITY).id);
  });
});

test("the file shrinks when a backlog is gone", async () => {
  await using folder = await makeFolder();
  await using database = await open(folder.path);
  const spool = await SqliteSpool.open({ database, clock: systemClock, log: silentLogger });
  const pages = async () => (await database.read("PRAGMA page_count"))[0]?.["page_count"];
  const { id } = spool.deviceOf(IDENTITY);
  const empty = Number(await pages());
  await Promise.all(Array.from({ length: 200 }, () => spool.accept(id, submission("x".repeat(8000)))));
  expect(await pages()).toBeGreaterThan(400);
  await spool.acknowledge(id, await spool.oldest(id, NO_LIMIT));
  expect(await pages()).toBeLessThan(empty + 10);
});

test("while the disk is full, the intake answers 503 with Retry-After, deliveries go on, and then it takes data again", async () => {
  await using folder = await makeFolder();
  await using database = await open(folder.path);
  await database.write([{ sql: "PRAGMA max_page_count = 40" }]);
  const spool = await SqliteSpool.open({ database, clock: systemClock, log: silentLogger });
  const intake = intakeOf(spool);
  const post = () =>
    intake.answer({
      method: "POST",
      path: "/onep:v1/stack/alias",
      vms: "v m s",
      cik: undefined,
      body: Buffer.from(`a=${"x".repeat(3000)}`),
    });
  let accepted = 0;
  let answer = await post();
  for (; answer.status === 204; answer = await post()) accepted += 1;
  expect(answer).toMatchObject({ status: 503, headers: { "Retry-After": "10" } });
  expect(answer.body).toContain("no room left");

  const { id } = spool.deviceOf(IDENTITY);
  const messages = await spool.oldest(id, NO_LIMIT);
  expect(messages).toHaveLength(accepted);
  await Promise.all([post(), spool.acknowledge(id, messages)]);
  expect(await post()).toMatchObject({ status: 204 });
});

function intakeOf(spool: SqliteSpool): Intake {
  const unused = () => Promise.reject(new Error("not part of this test"));
  return new Intake({
    spool,
    credentials: { gatewayWithCik: unused, known: unused, offer: unused, request: () => {} },
    queued: () => {},
    status: unused,
    reread: unused,
    clock: systemClock,
    log: silentLogger,
  });
}

function submission(body: string, points = 1) {
  return { kind: "write", alias: "", body: Buffer.from(body), points, span: 1 } as const;
}

async function withSpool(folder: string, work: (spool: SqliteSpool) => Promise<void>): Promise<void> {
  await using database = await open(folder);
  await work(await SqliteSpool.open({ database, clock: systemClock, log: silentLogger }));
}

async function open(folder: string): Promise<GroupCommitDatabase & AsyncDisposable> {
  const database = await openGroupCommitDatabase(join(folder, "gmq.db"), SPOOL_MIGRATIONS);
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "gmq-spool-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
