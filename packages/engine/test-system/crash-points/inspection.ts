/** What has to hold on a gateway that has come to rest, after whatever was done to its engine. */

import { uptime } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { processStartTicks } from "@gateway-engine/platform/process-table";
import type { ProcessInfo } from "@gateway-engine/supervisor/client";
import { scriptProcessesOf } from "@gateway-engine/testkit/running-processes";
import { ENGINE_BOOKS, type ListedFile, listDisk } from "../../test/gallery/support/disk-listing.ts";
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
    ENGINE_BOOKS,
    /^var\/lib\/gateway-engine\/(data|undo\/owned)$/,
    /^etc\/gateway-engine\/Gateway\.cfg$/,
  ],
  workplaces: [/./],
};

/** They are there or not, as long as nothing is in them that should not be. */
const ENGINE_FOLDERS =
  /^(var|var\/lib|var\/lib\/gateway-engine(\/(apps|downloads|undo))?|etc\/supervisor(\/conf\.d)?)$/;

const NOTHING: ReadonlySet<string> = new Set();

const SETTLE_LIMIT_MS = 5000;

/**
 * @param passing files that are left out
 * @throws when the supervisor does not answer
 */
export async function conditionOf(stage: Stage, passing: ReadonlySet<string> = NOTHING): Promise<Condition> {
  const listing = await listDisk(stage.root, RULES);
  const files = Object.entries(listing)
    .filter(([path]) => !passing.has(path) && !ENGINE_FOLDERS.test(path))
    .map(([path, { changed: _time, ...file }]) => [path, file] as const);
  const programs = await settledPrograms(stage);
  const groups = Object.groupBy(programs, ({ group }) => group);
  const states = Object.entries(groups).map(
    ([group, members = []]) => [group, members.map(({ statename }) => statename)] as const,
  );
  return { files: Object.fromEntries(files), programs: Object.fromEntries(states) };
}

/** Files that the running programs have written since they began. */
export async function writtenByPrograms(stage: Stage): Promise<readonly string[]> {
  const begun = (await settledPrograms(stage)).map(({ pid }) => startOf(pid)).filter((time) => time !== undefined);
  if (begun.length === 0) return [];
  const first = Math.min(...begun);
  const listing = await listDisk(stage.root, RULES);
  return Object.entries(listing).flatMap(([path, { changed }]) =>
    changed !== undefined && changed > first ? [path] : [],
  );
}

/** Milliseconds since 1970, to 10 ms. */
function startOf(pid: number): number | undefined {
  const ticks = processStartTicks(pid);
  return ticks === undefined ? undefined : Date.now() - (uptime() * 1000 - ticks * 10);
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

/** Whether the last install ran its script over a layer of the file system. */
export function usedLayers(journal: string): boolean {
  const database = new DatabaseSync(journal, { readOnly: true });
  try {
    const last = "(SELECT id FROM installs ORDER BY rowid DESC LIMIT 1)";
    return (
      database.prepare(`SELECT 1 FROM transitions WHERE kind = 'applying' AND install = ${last}`).get() !== undefined
    );
  } finally {
    database.close();
  }
}

/** How the two differ, one line a file or group. */
export function differences(found: Condition, wanted: Condition): readonly string[] {
  return [
    ...differencesOf(found.files, wanted.files, describeFile),
    ...differencesOf(found.programs, wanted.programs, (states) => states.join(", ")),
  ];
}

/** Processes of scripts that should have ended. */
export function strays(root: string): readonly string[] {
  return scriptProcessesOf(root).map(({ line }) => `a process of a script still runs: ${line}`);
}

/** A program that was just started passes through states that say nothing. */
export async function settledPrograms(stage: Stage): Promise<readonly ProcessInfo[]> {
  const end = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const programs = await stage.programs();
    if (programs.every(({ statename }) => !["STARTING", "BACKOFF", "STOPPING"].includes(statename))) return programs;
    if (performance.now() > end) return programs;
    await sleep(20);
  }
}

/** Files that are not the same in both. */
export function differingFiles(one: Condition, other: Condition): readonly string[] {
  const paths = new Set([...Object.keys(one.files), ...Object.keys(other.files)]);
  return [...paths].filter((path) => !isDeepStrictEqual(one.files[path], other.files[path]));
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
