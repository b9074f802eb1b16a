/** How fast the output of a program reaches its log. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { activityOf, startPeak } from "../../machine/process-facts.ts";
import { until } from "../../machine/until.ts";
import type { Measurement, Row } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { lineWriter, type Writing } from "../children.ts";
import { hasLastLine, missingBytes } from "../log-check.ts";
import type { RunningPeer, SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";

const ROUNDS = 5;
const SMALL_WRITES: Writing = { lines: 2_000_000, lineBytes: 100 };
const LARGE_WRITES: Writing = { lines: 3125, lineBytes: 64_000 };
const ROTATION = { maxBytes: 200_000, backups: 1 };
/** Enough for everything, so that every byte can be counted. */
const KEEPING: Writing = { lines: 200_000, lineBytes: 100 };
const KEEP_ALL = { maxBytes: 200_000, backups: 100 };

const NOTHING = { kind: "below", limit: 1 } as const;

export const capture: Measurement<SupervisorPeer> = {
  name: "capture",
  about: "200 MB of output in writes of 100 bytes and of 64 kB into a log of 200 kB with one backup",
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const peers = context.peers.filter(({ name }) => name !== "bare Node");
  const capturing = { ...context, peers };
  const small = await inTurns(capturing, ROUNDS, (peer) => captureOnce(context, peer, SMALL_WRITES));
  const large = await inTurns(capturing, ROUNDS, (peer) => captureOnce(context, peer, LARGE_WRITES));
  const kept = await inTurns(capturing, 1, (peer) => countLost(context, peer));
  const noSlower = { kind: "no-less-than", peer: "supervisord" } as const;
  const rateOf = (all: readonly Captured[]) => median(all.map(({ megabytesPerSecond }) => megabytesPerSecond));
  return [
    rowOf({ figure: "capture, 100-byte writes", unit: "MB/s", targets: [noSlower] }, small, rateOf),
    rowOf({ figure: "capture, 64-kB writes", unit: "MB/s", targets: [noSlower] }, large, rateOf),
    rowOf({ figure: "capture, processor for 200 MB in 100-byte writes", unit: "ms" }, small, (all) =>
      median(all.map(({ cpuMs }) => cpuMs)),
    ),
    rowOf({ figure: "capture, memory grown by", unit: "MB" }, small, (all) =>
      Math.max(...all.map(({ grown }) => grown)),
    ),
    rowOf({ figure: "capture, missing from what is kept", unit: "bytes", targets: [NOTHING] }, small, (all) =>
      Math.max(...all.map(({ missing }) => missing)),
    ),
    rowOf({ figure: "capture, missing when all is kept", unit: "bytes", targets: [NOTHING] }, kept, (all) =>
      Math.max(...all),
    ),
  ];
}

interface Captured {
  /** As the writer sees it: it cannot be done before all but the last pipe-full was read. */
  readonly megabytesPerSecond: number;
  readonly cpuMs: number;
  /** Megabytes of resident memory, at the highest. */
  readonly grown: number;
  /** Bytes that are in no file though rotation keeps what is before and after them. */
  readonly missing: number;
}

function captureOnce(context: SupervisorContext, peer: SupervisorPeer, writing: Writing): Promise<Captured> {
  return withWriter(context, { peer, writing, log: ROTATION }, async (running, write) => {
    const { cpuMs } = activityOf(running.pid);
    const memory = startPeak(running.pid);
    const seconds = await write();
    const megabytes = (writing.lines * writing.lineBytes) / 1e6;
    return {
      megabytesPerSecond: megabytes / seconds,
      cpuMs: activityOf(running.pid).cpuMs - cpuMs,
      grown: memory.grown(),
      missing: missingBytes(running.logFile ?? "", writing),
    };
  });
}

/** @returns the bytes that are in none of the files */
function countLost(context: SupervisorContext, peer: SupervisorPeer): Promise<number> {
  return withWriter(context, { peer, writing: KEEPING, log: KEEP_ALL }, async ({ logFile = "" }, write) => {
    await write();
    return missingBytes(logFile, KEEPING);
  });
}

interface WriterOptions {
  readonly peer: SupervisorPeer;
  readonly writing: Writing;
  readonly log: typeof ROTATION;
}

/** @param work gets what runs the writer to its end, and until all is in the log that ever comes; it gives the writer's seconds */
function withWriter<Found>(
  context: SupervisorContext,
  { peer, writing, log }: WriterOptions,
  work: (running: RunningPeer, write: () => Promise<number>) => Promise<Found>,
): Promise<Found> {
  const report = join(context.folder, `report-${process.hrtime.bigint()}`);
  const command = lineWriter(context.folder, writing, report);
  const workload = { command, programs: 1, autostart: false, autorestart: false, stopWaitSecs: 1, log };
  return withPeer(context, { peer, workload }, (running) =>
    work(running, async () => {
      await running.operations["start all"]?.();
      await until("the writer has ended", () => existsSync(report), WRITER_LIMIT_MS);
      // What never comes is counted as missing.
      await until("the last line", () => hasLastLine(running.logFile ?? "", writing), LAST_LINE_LIMIT_MS).catch(
        () => {},
      );
      return Number(readFileSync(report, "utf8"));
    }),
  );
}

const WRITER_LIMIT_MS = 300_000;
const LAST_LINE_LIMIT_MS = 10_000;
