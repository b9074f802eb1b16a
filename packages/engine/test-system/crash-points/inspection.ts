/** What has to hold on a gateway that has come to rest, after whatever was done to its engine. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessInfo } from "@gateway-engine/supervisor/client";
import { runningProcesses } from "@gateway-engine/testkit/running-processes";
import { type ListedFile, listDisk } from "../../test/gallery/support/disk-listing.ts";
import { APP, ONE_OFF_RUNS, PROGRAM_REPORT } from "./packages.ts";
import type { Stage } from "./stage.ts";

/** A gateway, as one may compare it with another. */
export interface Condition {
  /** Every file but logs, sockets, the applications' data and the engine's own books; without times. */
  readonly files: Readonly<Record<string, ListedFile>>;
  /** Each group of the supervisor with the states of its programs. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
}

const RULES = {
  without: [
    /^var\/log$/,
    /^run$/,
    // What undo knows of the files that a script has made holds their times.
    /^var\/lib\/gateway-engine\/(journal\.db.*|engine\.lock.*|data|undo\/owned)$/,
    /^etc\/gateway-engine\/Gateway\.cfg$/,
  ],
  workplaces: [/./],
};

const SETTLE_LIMIT_MS = 5000;

/** @throws when the supervisor does not answer */
export async function conditionOf(stage: Stage): Promise<Condition> {
  const listing = await listDisk(stage.root, RULES);
  const files = Object.entries(listing).map(([path, { changed: _time, ...file }]) => [path, file] as const);
  const programs = await settledPrograms(stage);
  const groups = Object.groupBy(programs, ({ group }) => group);
  const states = Object.entries(groups).map(
    ([group, members = []]) => [group, members.map(({ statename }) => statename)] as const,
  );
  return { files: Object.fromEntries(files), programs: Object.fromEntries(states) };
}

/** Whether everything that was ordered has ended, and the server knows of all of it. */
export function isAtRest(journal: string): boolean {
  try {
    const database = new DatabaseSync(journal, { readOnly: true });
    try {
      const count = database.prepare(
        `SELECT (SELECT count(*) FROM installs WHERE ended_at IS NULL) + (SELECT count(*) FROM results)
       + (SELECT count(*) FROM commands WHERE cleared_at IS NULL) AS waiting`,
      );
      return count.get()?.["waiting"] === 0;
    } finally {
      database.close();
    }
  } catch {
    // The engine is about to make it, or its disk is gone.
    return false;
  }
}

/** How the two differ, one line a file or group. */
export function differences(found: Condition, wanted: Condition): readonly string[] {
  return [
    ...differencesOf(found.files, wanted.files, describeFile),
    ...differencesOf(found.programs, wanted.programs, (states) => states.join(", ")),
  ];
}

/** What no comparison shows: processes that should have ended, a program that is not the one on the disk, a second run of a one-off. */
export async function irregularities(stage: Stage): Promise<readonly string[]> {
  return [
    ...strays(stage.root).map((line) => `a process of a script still runs: ${line}`),
    ...(await programIrregularities(stage)),
    ...(runsOfOneOff(stage.root) > 1 ? ["the one-off has run more than once"] : []),
  ];
}

function strays(root: string): readonly string[] {
  return runningProcesses()
    .filter(({ environment }) => environment.includes(`GWE_ROOT=${root}\0`) && environment.includes("GWE_INSTALL_ID="))
    .map(({ line }) => line);
}

/** Exactly one, of the version that the table names, with the settings of that version. */
async function programIrregularities(stage: Stage): Promise<readonly string[]> {
  const version = new RegExp(`{"${APP}":"([^"]+)"}`).exec(readText(stage.paths.engineConfig))?.[1];
  const running = (await settledPrograms(stage)).filter(
    ({ group, statename }) => group === APP && statename === "RUNNING",
  );
  if (version === undefined) return running.length === 0 ? [] : [`${APP} runs and is in no version table`];
  const [program, ...more] = running;
  if (program === undefined || more.length > 0) return [`${running.length} programs of ${APP} run`];
  const wanted = `${program.pid} ${version} ${version}`;
  const end = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const report = readText(join(stage.root, PROGRAM_REPORT)).trim();
    if (report === wanted) return [];
    if (performance.now() > end)
      return [`the program says "${report}" (pid, version, settings) instead of "${wanted}"`];
    await sleep(20);
  }
}

/** A program that was just started passes through states that say nothing. */
async function settledPrograms(stage: Stage): Promise<readonly ProcessInfo[]> {
  const end = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const programs = await stage.programs();
    if (programs.every(({ statename }) => !["STARTING", "BACKOFF", "STOPPING"].includes(statename))) return programs;
    if (performance.now() > end) return programs;
    await sleep(20);
  }
}

function runsOfOneOff(root: string): number {
  return readText(join(root, ONE_OFF_RUNS)).split("\n").filter(Boolean).length;
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function differencesOf<Value>(
  found: Readonly<Record<string, Value>>,
  wanted: Readonly<Record<string, Value>>,
  describe: (value: Value) => string,
): readonly string[] {
  const names = [...new Set([...Object.keys(found), ...Object.keys(wanted)])];
  const describeIn = (all: Readonly<Record<string, Value>>, name: string) => {
    const value = all[name];
    return value === undefined ? "missing" : describe(value);
  };
  return names
    .map((name) => ({ name, is: describeIn(found, name), ought: describeIn(wanted, name) }))
    .filter(({ is, ought }) => is !== ought)
    .map(({ name, is, ought }) => `${name} is ${is} instead of ${ought}`);
}

function describeFile({ kind, mode, owner, content }: ListedFile): string {
  return `a ${kind} ${mode} ${owner} ${content?.slice(0, 12) ?? ""}`.trim();
}
