/** The answers of supervisord's methods, checked: what comes over a socket has no type until it was looked at. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { isArray, isStruct, type XmlRpcValue } from "./value.ts";

/** One process, as `getProcessInfo` tells of it. */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  /** For people: `pid 4711, uptime 0:00:20`, or why it does not run. */
  readonly description: string;
  /** Seconds since 1970 of the last start, the last stop, and of the answer; 0 for never. */
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  /** One of `ProcessState`. */
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  /** Of the last run; -1 after a signal, 0 while it is not known. */
  readonly exitstatus: number;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  /** 0 when it does not run. */
  readonly pid: number;
}

/** What a call for several processes did to one of them. */
export interface ProcessOutcome {
  readonly name: string;
  readonly group: string;
  /** 80 (`FAULTS.SUCCESS`), or the code of a fault. */
  readonly status: number;
  readonly description: string;
}

/** What `reloadConfig` found, as names of groups. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface SupervisorState {
  /** 2 fatal, 1 running, 0 restarting, -1 shutting down. */
  readonly statecode: number;
  readonly statename: string;
}

/** Our supervisord, as it tells of itself. */
export interface DaemonInfo {
  /** Of the release. */
  readonly version: string;
  /** An id that no other life of a daemon has. */
  readonly life: string;
  /** Why another release cannot take its place now; empty when one can. */
  readonly problem: string;
  /** Running programs that go on then, `group:name`, and their pids. */
  readonly children: Readonly<Record<string, number>>;
}

/** The end of a log: its text, the offset after it, and whether something before it was left out. */
export interface LogTail {
  readonly text: string;
  readonly offset: number;
  readonly overflow: boolean;
}

/** @returns the typed answer, or what is wrong with it */
export type AnswerReader<Value> = (value: XmlRpcValue | undefined) => Result<Value, string>;

export const readText: AnswerReader<string> = (value) =>
  typeof value === "string" ? ok(value) : fail("a text was expected");

export const readNumber: AnswerReader<number> = (value) =>
  typeof value === "number" ? ok(value) : fail("a number was expected");

export const readFlag: AnswerReader<boolean> = (value) =>
  typeof value === "boolean" ? ok(value) : fail("a boolean was expected");

export function readList<Value>(read: AnswerReader<Value>): AnswerReader<readonly Value[]> {
  return (value) => {
    if (!isArray(value)) return fail("an array was expected");
    const items: Value[] = [];
    for (const item of value) {
      const one = read(item);
      if (!one.ok) return one;
      items.push(one.value);
    }
    return ok(items);
  };
}

/** Picks the named members of a struct; others are left aside. */
export function readStruct<Shape>(
  members: { readonly [Name in keyof Shape]: AnswerReader<Shape[Name]> },
): AnswerReader<Shape> {
  return (value) => {
    if (!isStruct(value)) return fail("a struct was expected");
    const picked: Partial<Shape> = {};
    for (const name of Object.keys(members) as (keyof Shape & string)[]) {
      const member = members[name](value[name]);
      if (!member.ok) return fail(`${name}: ${member.problem}`);
      picked[name] = member.value;
    }
    return ok(picked as Shape);
  };
}

function readMembers<Value>(read: AnswerReader<Value>): AnswerReader<Readonly<Record<string, Value>>> {
  return (value) => {
    if (!isStruct(value)) return fail("a struct was expected");
    const members: Record<string, Value> = {};
    for (const [name, member] of Object.entries(value)) {
      const one = read(member);
      if (!one.ok) return one;
      members[name] = one.value;
    }
    return ok(members);
  };
}

export const readNumbers: AnswerReader<Readonly<Record<string, number>>> = readMembers(readNumber);

export const readProcessInfo: AnswerReader<ProcessInfo> = readStruct<ProcessInfo>({
  name: readText,
  group: readText,
  description: readText,
  start: readNumber,
  stop: readNumber,
  now: readNumber,
  state: readNumber,
  statename: readText,
  spawnerr: readText,
  exitstatus: readNumber,
  stdout_logfile: readText,
  stderr_logfile: readText,
  pid: readNumber,
});

export const readOutcomes: AnswerReader<readonly ProcessOutcome[]> = readList(
  readStruct<ProcessOutcome>({ name: readText, group: readText, status: readNumber, description: readText }),
);

export const readDaemon: AnswerReader<DaemonInfo> = readStruct<DaemonInfo>({
  version: readText,
  life: readText,
  problem: readText,
  children: readNumbers,
});

export const readState: AnswerReader<SupervisorState> = readStruct<SupervisorState>({
  statecode: readNumber,
  statename: readText,
});

/** `[[added, changed, removed]]`: one array more than one would think. */
export const readConfigChanges: AnswerReader<ConfigChanges> = (value) => {
  const lists = readList(readList(readList(readText)))(value);
  if (!lists.ok) return lists;
  const [added, changed, removed] = lists.value[0] ?? [];
  if (added === undefined || changed === undefined || removed === undefined) return fail("three lists were expected");
  return ok({ added, changed, removed });
};

export const readLogTail: AnswerReader<LogTail> = (value) => {
  if (!isArray(value)) return fail("an array was expected");
  const [text, offset, overflow] = value;
  if (typeof text !== "string" || typeof offset !== "number" || typeof overflow !== "boolean") {
    return fail("a text, an offset and a flag were expected");
  }
  return ok({ text, offset, overflow });
};
