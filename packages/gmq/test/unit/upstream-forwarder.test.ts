import { silentLogger } from "@gateway-engine/core/logger";
import { expect, test } from "vitest";
import type { Batch } from "../../src/forwarder/batch.ts";
import type { ForwarderConfig } from "../../src/forwarder/lane-state.ts";
import type { Outcome } from "../../src/forwarder/outcome.ts";
import { NOTHING_TAKEN } from "../../src/forwarder/taken.ts";
import { UpstreamForwarder } from "../../src/forwarder/upstream-forwarder.ts";
import { laneOf, type Priority } from "../../src/spool/lane.ts";
import { MAIN_UPSTREAM } from "../../src/spool/schema.ts";
import type { Spool } from "../../src/spool/spool.ts";
import { openLocalSpool } from "./local-spool.ts";
import { SteppedClock } from "./stepped-clock.ts";

const IDENTITY = { vendor: "v", model: "m", serial: "s" };
const DAY_MS = 86_400_000;
const ACCEPTED: Outcome = { kind: "accepted" };
const DOWN: Outcome = { kind: "unavailable", reason: "no answer", retryAfterMs: 0 };

test("a week without the server: the queue ends empty and complete, in order, and the server was not stormed", async () => {
  await using stage = await Stage.open();
  stage.answer = () => DOWN;
  for (let count = 1; count <= 7 * 480; count += 1) {
    await stage.accept(String(count));
    await stage.clock.advance(DAY_MS / 480);
  }
  // Every half minute at most, and every quarter at least.
  expect(stage.sends.length).toBeGreaterThan((7 * DAY_MS) / 30_000);
  expect(stage.sends.length).toBeLessThan((7 * DAY_MS) / 15_000 + 20);
  stage.answer = () => ACCEPTED;
  stage.sends.length = 0;
  await stage.clock.advance(30_000);
  expect(stage.delivered).toEqual(Array.from({ length: 7 * 480 }, (_none, index) => String(index + 1)));
  expect(await stage.spool.totals()).toMatchObject({ queued: 0, forwarded: 7 * 480 });
  expect(stage.sends.length).toBeLessThanOrEqual(4);
});

test("an urgent message does not wait for a batch that hangs, nor for the pause after one that failed", async () => {
  await using stage = await Stage.open();
  let failHanging = (_outcome: Outcome) => {};
  stage.answer = (batch) =>
    stage.valuesOf(batch).includes("slow") ? new Promise((resolve) => (failHanging = resolve)) : ACCEPTED;
  await stage.accept("slow");
  await stage.clock.advance(0);
  await stage.accept("urgent", "high");
  await stage.clock.advance(0);
  expect(stage.delivered).toEqual(["urgent"]);

  failHanging(DOWN);
  await stage.accept("urgent 2", "high");
  await stage.clock.advance(0);
  expect(stage.delivered).toEqual(["urgent", "urgent 2"]);
  await stage.clock.advance(1000);
  const slow = stage.sends.filter(({ values }) => values.includes("slow"));
  expect(slow.map(({ first, last }) => [first, last])).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test("while an urgent message is tried, less urgent ones are not; it is tried at once, however long their pause is", async () => {
  await using stage = await Stage.open();
  stage.answer = () => DOWN;
  await stage.accept("normal");
  await stage.clock.advance(120_000);
  stage.sends.length = 0;
  await stage.accept("urgent", "high");
  await stage.accept("low", "low");
  await stage.clock.advance(0);
  expect(stage.sends.map(({ values }) => values)).toEqual([["urgent"]]);
  await stage.clock.advance(120_000);
  expect(new Set(stage.sends.flatMap(({ values }) => values))).toEqual(new Set(["urgent"]));
  stage.answer = () => ACCEPTED;
  await stage.clock.advance(60_000);
  expect(stage.delivered).toEqual(["urgent", "normal", "low"]);
});

test("a pause that the server asks for goes for urgent messages too", async () => {
  await using stage = await Stage.open();
  stage.answer = () => ({ kind: "unavailable", reason: "busy", retryAfterMs: 60_000 });
  await stage.accept("normal");
  await stage.clock.advance(0);
  await stage.accept("urgent", "high");
  stage.answer = () => ACCEPTED;
  await stage.clock.advance(59_000);
  expect(stage.sends.length).toBe(1);
  await stage.clock.advance(2000);
  expect(stage.delivered).toEqual(["urgent", "normal"]);
});

test("one message among thousands that the server refuses is found in few sends, and set aside alone", async () => {
  await using stage = await Stage.open();
  stage.answer = (batch) => (stage.valuesOf(batch).includes("1234") ? { kind: "rejected", reason: "no" } : ACCEPTED);
  const values = Array.from({ length: 3000 }, (_none, index) => String(index + 1));
  for (const value of values) await stage.accept(value, "normal", { quiet: true });
  await stage.start();
  await stage.clock.advance(10_000);
  expect(stage.delivered).toEqual(values.filter((value) => value !== "1234"));
  expect(await stage.spool.totals()).toMatchObject({ queued: 0, forwarded: 2999, setAside: 1 });
  expect(stage.sends.length).toBeLessThan(45);
});

test("a server that refuses everything does not empty the queue: the pauses grow", async () => {
  await using stage = await Stage.open();
  stage.answer = () => ({ kind: "rejected", reason: "forbidden" });
  for (let count = 0; count < 1000; count += 1) await stage.accept(String(count), "normal", { quiet: true });
  await stage.start();
  await stage.clock.advance(DAY_MS / 24);
  const { setAside } = await stage.spool.totals();
  expect(setAside).toBeGreaterThan(50);
  expect(setAside).toBeLessThan(140);
});

test("what was moved is known after a restart, so that what follows still goes behind it", async () => {
  await using stage = await Stage.open();
  stage.answer = (_batch, count) => (count === 1 ? { kind: "conflict", conflicts: new Map() } : ACCEPTED);
  await stage.accept("a=1&a=2&a=3");
  await stage.clock.advance(0);
  const last = Number(stage.sends.at(-1)?.timestamps.at(-1));
  stage.restart();
  await stage.accept("a=4");
  await stage.clock.advance(0);
  expect(Number(stage.sends.at(-1)?.timestamps[0])).toBe(last + 1);
});

test("while the disk does not take what was delivered, at most one batch more is sent, and none is lost", async () => {
  await using stage = await Stage.open();
  stage.answer = () => ACCEPTED;
  for (let count = 1; count <= 10; count += 1) await stage.accept(String(count), "normal", { quiet: true });
  stage.config = { batchQty: 1, batchRecordPeriodMs: 0 };
  stage.diskWorks = false;
  // Without a backlog beyond batch_qty there are no larger batches.
  stage.most = 1;
  await stage.start();
  await stage.clock.advance(60_000);
  expect(stage.sends.length).toBe(2);
  stage.diskWorks = true;
  await stage.clock.advance(60_000);
  expect(stage.delivered).toEqual(Array.from({ length: 10 }, (_none, index) => String(index + 1)));
  expect(await stage.spool.totals()).toMatchObject({ queued: 0, forwarded: 10 });
});

test("a message that expires behind a long batch that waits holds nobody up", async () => {
  await using stage = await Stage.open();
  stage.answer = () => DOWN;
  stage.config = { batchQty: 5000, batchRecordPeriodMs: 0 };
  for (let count = 1; count <= 5000; count += 1) await stage.accept(String(count), "normal", { quiet: true });
  await stage.accept("late", "normal", { quiet: true, ttlMs: 1000 });
  await stage.accept("last", "normal", { quiet: true });
  await stage.clock.advance(2000);
  await stage.start();
  await stage.clock.advance(0);
  stage.answer = () => ACCEPTED;
  await stage.clock.advance(10_000);
  expect(stage.delivered.length).toBe(5001);
  expect(stage.delivered.at(-1)).toBe("last");
  expect(await stage.spool.totals()).toMatchObject({ queued: 0, forwarded: 5001, expired: 1 });
});

test("what was read ahead and expires while the batch before it waits is not sent", async () => {
  await using stage = await Stage.open();
  stage.config = { batchQty: 1, batchRecordPeriodMs: 0 };
  stage.most = 1;
  stage.answer = () => DOWN;
  await stage.accept("1", "normal", { quiet: true });
  await stage.accept("short-lived", "normal", { quiet: true, ttlMs: 5000 });
  await stage.accept("3", "normal", { quiet: true });
  await stage.start();
  await stage.clock.advance(10_000);
  stage.answer = () => ACCEPTED;
  await stage.clock.advance(60_000);
  expect(stage.delivered).toEqual(["1", "3"]);
  expect(await stage.spool.totals()).toMatchObject({ queued: 0, forwarded: 2, expired: 1 });
});

test("an upstream that nothing waits for any more has no problem, also when what waited has expired", async () => {
  await using stage = await Stage.open();
  stage.answer = () => DOWN;
  await stage.accept("short-lived", "normal", { ttlMs: 5000 });
  await stage.clock.advance(1000);
  expect(stage.problem).toBe("no answer");
  await stage.clock.advance(60_000);
  expect(stage.problem).toBeUndefined();
});

interface SeenSend {
  readonly values: readonly string[];
  readonly timestamps: readonly string[];
  readonly first: number;
  readonly last: number;
}

interface HowAccepted {
  /** The forwarder is not told. */
  readonly quiet?: boolean;
  readonly ttlMs?: number;
}

/** A queue in memory, and an upstream that answers as the test says. */
class Stage implements AsyncDisposable {
  readonly clock: SteppedClock;
  readonly spool: Spool;
  readonly sends: SeenSend[] = [];
  readonly delivered: string[] = [];
  answer: (batch: Batch, count: number) => Outcome | Promise<Outcome> = () => ACCEPTED;
  config: ForwarderConfig = { batchQty: 60, batchRecordPeriodMs: 10_000 };
  diskWorks = true;
  /** Messages that the queue gives out at once. */
  most = Number.POSITIVE_INFINITY;
  #forwarder: UpstreamForwarder;
  readonly #device: number;

  static async open(): Promise<Stage> {
    const clock = new SteppedClock();
    const { spool } = await openLocalSpool({ clock });
    return new Stage(spool, clock);
  }

  private constructor(spool: Spool, clock: SteppedClock) {
    this.spool = spool;
    this.clock = clock;
    this.#device = spool.deviceOf(IDENTITY).id;
    this.#forwarder = this.#makeForwarder();
  }

  get problem(): string | undefined {
    return this.#forwarder.problem;
  }

  start(): Promise<void> {
    return this.#forwarder.start();
  }

  restart(): void {
    this.#forwarder.stop();
    this.#forwarder = this.#makeForwarder();
  }

  async accept(value: string, priority: Priority = "normal", how: HowAccepted = {}): Promise<void> {
    const { quiet = false, ttlMs } = how;
    const body = value.includes("=") ? value : `log=${value.replaceAll(" ", "+")}`;
    const points = body.split("&").length;
    const submission = { kind: "write", alias: "", body, points, span: points, priority, ttlMs } as const;
    await this.spool.accept(this.#device, submission);
    if (!quiet) this.#forwarder.queued(laneOf(this.#device, priority), "write");
  }

  valuesOf(batch: Batch): readonly string[] {
    return batch.points.map(({ value }) => value.replaceAll("+", " "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forwarder.stop();
    await this.spool.close();
  }

  #makeForwarder(): UpstreamForwarder {
    const { spool } = this;
    return new UpstreamForwarder(
      {
        name: MAIN_UPSTREAM,
        obtainCik: () => Promise.resolve("c".repeat(40)),
        sender: {
          send: async ({ batch }) => {
            const values = this.valuesOf(batch);
            const { first, last } = batch;
            this.sends.push({ values, timestamps: batch.points.map(({ timestamp }) => timestamp), first, last });
            const outcome = await this.answer(batch, this.sends.length);
            if (outcome.kind === "accepted") this.delivered.push(...values);
            return { outcome, taken: NOTHING_TAKEN };
          },
          close: () => {},
        },
      },
      {
        spool: {
          device: (id) => spool.device(id),
          waiting: (upstream) => spool.waiting(upstream),
          holds: (lane, messages) => spool.holds(lane, messages),
          progress: (upstream, lane) => spool.progress(upstream, lane),
          head: (upstream, lane, limits) =>
            spool.head(upstream, lane, { ...limits, messages: Math.min(limits.messages, this.most) }),
          acknowledge: (upstream, lane, progress) =>
            this.diskWorks ? spool.acknowledge(upstream, lane, progress) : Promise.reject(new Error("disk full")),
          setAside: (upstream, lane, message, reason) => spool.setAside(upstream, lane, message, reason),
        },
        config: () => this.config,
        clock: this.clock,
        random: { fraction: () => 0.5, bytes: () => new Uint8Array() },
        log: silentLogger,
      },
    );
  }
}
