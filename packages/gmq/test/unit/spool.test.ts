import { join } from "node:path";
import { silentLogger } from "@gateway-engine/core/logger";
import { systemClock } from "@gateway-engine/platform/clock";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { Intake } from "../../src/intake/intake.ts";
import type { BatchLimits } from "../../src/spool/heads.ts";
import type { Priority } from "../../src/spool/lane.ts";
import { laneOf, lanesOf } from "../../src/spool/lane.ts";
import type { QueuedMessage } from "../../src/spool/message.ts";
import { MAIN_UPSTREAM } from "../../src/spool/schema.ts";
import type { Spool } from "../../src/spool/spool.ts";
import { ENDLESS_DISK, openLocalSpool } from "./local-spool.ts";

const IDENTITY = { vendor: "v", model: "m", serial: "s" };
const NO_LIMIT = { messages: 1000, bytes: 1_000_000_000 };

test("messages come back in order, with consecutive numbers for their points, after the file is opened again", async () => {
  const folder = temporaryFolder("gmq-spool");
  const file = join(folder.path, "gmq.db");
  let spoolId = "";
  {
    await using local = await openLocalSpool({ file });
    const { spool } = local;
    spoolId = spool.id;
    const { id } = spool.deviceOf(IDENTITY);
    await Promise.all([1, 2, 3].map((points) => spool.accept(id, submission(`m${points}`, { points }))));
  }
  {
    await using local = await openLocalSpool({ file });
    const { spool } = local;
    expect(spool.id).toBe(spoolId);
    const { id } = spool.deviceOf(IDENTITY);
    expect(await spool.waiting(MAIN_UPSTREAM)).toEqual([laneOf(id, "normal")]);
    const messages = await head(spool, id);
    expect(messages.map(({ seq, body }) => [seq, body])).toEqual([
      [1, "m1"],
      [2, "m2"],
      [4, "m3"],
    ]);
    await acknowledge(spool, id, messages.slice(0, 2));
    await spool.accept(id, submission("m4"));
    expect((await head(spool, id)).map(({ seq }) => seq)).toEqual([4, 7]);
    expect(await spool.totals()).toMatchObject({ queued: 2, forwarded: 2, setAside: 0 });
  }
  folder.remove();
});

test("a batch ends at the number of messages and at the number of bytes, but is never empty", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf(IDENTITY);
  for (const body of ["aaaa", "bbbb", "cccc", "dddd", "eeee"]) await spool.accept(id, submission(body));
  const seqs = async (limits: { messages: number; bytes: number }) =>
    (await head(spool, id, limits)).map(({ seq }) => seq);
  expect(await seqs({ messages: 2, bytes: 100 })).toEqual([1, 2]);
  expect(await seqs({ messages: 9, bytes: 11 })).toEqual([1, 2]);
  expect(await seqs({ messages: 9, bytes: 1 })).toEqual([1]);
  expect(await spool.head(MAIN_UPSTREAM, laneOf(id, "normal"), { messages: 2, bytes: 100 })).toMatchObject({
    more: true,
  });
  expect(await spool.head(MAIN_UPSTREAM, laneOf(id, "normal"), NO_LIMIT)).toMatchObject({ more: false });
});

test("a message that is set aside is kept with its reason, and is no longer in the way", async () => {
  await using local = await openLocalSpool();
  const { spool, database } = local;
  const { id } = spool.deviceOf(IDENTITY);
  for (const body of ["poison", "good"]) await spool.accept(id, submission(body));
  const [message] = await head(spool, id);
  if (message === undefined) throw new Error("there is a message");
  await spool.setAside(MAIN_UPSTREAM, laneOf(id, "normal"), message, "the server answered 400");
  expect(database.get("SELECT body, reason FROM set_aside")).toEqual({
    body: new Uint8Array(Buffer.from("poison")),
    reason: "the server answered 400",
  });
  expect((await head(spool, id)).map(({ seq }) => seq)).toEqual([2]);
  expect(await spool.totals()).toMatchObject({ queued: 1, forwarded: 0, setAside: 1 });
});

test("each lane of a device has its own order and numbers of its own", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf(IDENTITY);
  const submitted: readonly [string, Priority][] = [
    ["l1", "low"],
    ["n1", "normal"],
    ["h1", "high"],
    ["n2", "normal"],
    ["h2", "high"],
  ];
  for (const [body, priority] of submitted) await spool.accept(id, submission(body, { priority }));
  const seen: string[] = [];
  for (const lane of lanesOf(id)) {
    const messages = (await spool.head(MAIN_UPSTREAM, lane, NO_LIMIT))?.messages ?? [];
    seen.push(...messages.map(({ seq, body }) => `${body}:${seq}`));
  }
  expect(seen).toEqual(["h1:1", "h2:2", "n1:1", "n2:2", "l1:1"]);
});

test("a message stays until every upstream has it, and an upstream that is new gets what comes from then on", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf(IDENTITY);
  const bodies = async (upstream: string) =>
    ((await spool.head(upstream, laneOf(id, "normal"), NO_LIMIT))?.messages ?? []).map(({ body }) => body);
  await spool.accept(id, submission("before"));
  await spool.setUpstreams(["copy"]);
  await spool.accept(id, submission("after"));
  expect([await bodies(MAIN_UPSTREAM), await bodies("copy")]).toEqual([["before", "after"], ["after"]]);

  await acknowledge(spool, id, await head(spool, id));
  expect([await bodies(MAIN_UPSTREAM), await bodies("copy")]).toEqual([[], ["after"]]);
  expect([await spool.waiting(MAIN_UPSTREAM), await spool.waiting("copy")]).toEqual([[], [laneOf(id, "normal")]]);
  expect(await spool.totals()).toMatchObject({
    queued: 1,
    upstreams: [
      { name: MAIN_UPSTREAM, queued: 0, forwarded: 2 },
      { name: "copy", queued: 1, forwarded: 0 },
    ],
  });

  await spool.setUpstreams([]);
  expect(await spool.totals()).toMatchObject({ queued: 0, upstreams: [{ name: MAIN_UPSTREAM }] });
});

test("what was moved, and how far an upstream has come, is known after the file is opened again", async () => {
  const folder = temporaryFolder("gmq-spool");
  const file = join(folder.path, "gmq.db");
  const progress = { nextSeq: 3, moved: [{ alias: "a & b", own: 100.25, sent: 102 }] };
  let lane = 0;
  {
    await using local = await openLocalSpool({ file });
    const { spool } = local;
    const { id } = spool.deviceOf(IDENTITY);
    lane = laneOf(id, "normal");
    for (const body of ["1", "2", "3", "4"]) await spool.accept(id, submission(body));
    expect(await spool.progress(MAIN_UPSTREAM, lane)).toEqual({ nextSeq: 1, moved: [] });
    await spool.acknowledge(MAIN_UPSTREAM, lane, progress);
  }
  {
    await using local = await openLocalSpool({ file });
    const { spool } = local;
    expect(await spool.progress(MAIN_UPSTREAM, lane)).toEqual(progress);
    await spool.acknowledge(MAIN_UPSTREAM, lane, { nextSeq: 4, moved: [] });
    expect(await spool.progress(MAIN_UPSTREAM, lane)).toEqual({ nextSeq: 4, moved: [] });
    expect(await spool.totals()).toMatchObject({ queued: 1, forwarded: 3 });
  }
  folder.remove();
});

test("what is read ahead begins where it is told, and never before what the upstream lacks", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf(IDENTITY);
  for (const body of ["1", "2", "3", "4"]) await spool.accept(id, submission(body));
  const seqs = async (from: number) => (await head(spool, id, { ...NO_LIMIT, from })).map(({ seq }) => seq);
  expect(await seqs(3)).toEqual([3, 4]);
  await acknowledge(spool, id, (await head(spool, id)).slice(0, 3));
  expect(await seqs(2)).toEqual([4]);
});

test("a CIK at another upstream is kept beside that of the main one, and goes with the upstream", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf(IDENTITY);
  await spool.setUpstreams(["copy"]);
  await spool.keepCikAt("copy", { device: id, cik: "d".repeat(40), refused: false });
  await spool.keepCikAt("copy", { device: id, cik: "e".repeat(40), refused: true });
  expect(await spool.ciksAt("copy")).toEqual([{ device: id, cik: "e".repeat(40), refused: true }]);
  await spool.setUpstreams([]);
  await spool.setUpstreams(["copy"]);
  expect(await spool.ciksAt("copy")).toEqual([]);
});

test("a CIK survives, and so does that it was refused", async () => {
  const folder = temporaryFolder("gmq-spool");
  const file = join(folder.path, "gmq.db");
  const cik = "c".repeat(40);
  {
    await using local = await openLocalSpool({ file });
    const { id } = local.spool.deviceOf(IDENTITY);
    await local.spool.keepCik(id, cik);
    await local.spool.markCikRefused(id, cik);
  }
  {
    await using local = await openLocalSpool({ file });
    const { spool } = local;
    expect(spool.deviceOf(IDENTITY)).toMatchObject({ cik, cikRefused: true });
    expect(spool.findByCik(cik)?.id).toBe(spool.deviceOf(IDENTITY).id);
  }
  folder.remove();
});

test("a write that is refused for want of room is answered 507 with Retry-After and what to do, and taken when there is room again", async () => {
  let freeBytes = 0;
  await using local = await openLocalSpool({ disk: { ...ENDLESS_DISK, freeBytes: () => freeBytes } });
  const intake = intakeOf(local.spool);
  const post = () =>
    intake.answer({
      method: "POST",
      path: "/onep:v1/stack/alias",
      vms: "v m s",
      cik: undefined,
      priority: undefined,
      ttl: undefined,
      body: "a=1",
    });
  const answer = await post();
  expect(answer).toMatchObject({ status: 507, headers: { "Retry-After": "10" } });
  expect(answer.body).toBe(
    "no room left for the queue: the disk has less than min_free_disk (32MB) free; delete files that are not needed\n",
  );
  freeBytes = 2 ** 30;
  expect(await post()).toMatchObject({ status: 204 });
});

async function head(spool: Spool, device: number, limits: BatchLimits = NO_LIMIT) {
  return (await spool.head(MAIN_UPSTREAM, laneOf(device, "normal"), limits))?.messages ?? [];
}

async function acknowledge(spool: Spool, device: number, messages: readonly QueuedMessage[]) {
  const last = messages.at(-1);
  if (last === undefined) throw new Error("there is something to acknowledge");
  await spool.acknowledge(MAIN_UPSTREAM, laneOf(device, "normal"), { nextSeq: last.seq + last.points, moved: [] });
}

function intakeOf(spool: Spool): Intake {
  const unused = () => Promise.reject(new Error("not part of this test"));
  return new Intake({
    spool,
    credentials: { gatewayWithCik: unused, known: unused, offer: unused, request: () => {} },
    accept: (device, submission) => spool.accept(device, submission),
    status: unused,
    reread: unused,
    clock: systemClock,
    log: silentLogger,
  });
}

function submission(body: string, { points = 1, priority = "normal" }: { points?: number; priority?: Priority } = {}) {
  const kind = "write" as const;
  return { kind, alias: "", body, points, span: 1, priority, ttlMs: undefined };
}
