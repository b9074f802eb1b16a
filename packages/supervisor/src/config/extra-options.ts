/**
 * What the original does not have: `[gateway-engine]` for the daemon, `[gateway-engine:x]` for the program `x`.
 *
 * The original ignores these sections, so one file serves both. Everything in them is off by default, and an option
 * that does not exist is an error: nobody else could ever have meant it.
 *
 * @see docs/reference/supervisor-extras.md
 */
import { fail, ok } from "@gateway-engine/core/result";
import { HOOK_OPTIONS } from "../hooks/hook-options.ts";
import { LIMIT_OPTIONS } from "../limits/limit-options.ts";
import { HEALTH_OPTIONS, READINESS_OPTIONS } from "../probes/probe-options.ts";
import { parseSchedule } from "../schedule/parse-schedule.ts";
import { boolean, type Converter, list } from "./convert.ts";
import { ENVIRONMENT_FILE } from "./environment-file.ts";
import { absolutePath, type OptionFamily } from "./extra-types.ts";
import { DAEMON_EXTRA_DEFAULTS, type DaemonExtras, PROGRAM_EXTRA_DEFAULTS, type ProgramExtras } from "./extras.ts";
import { MEMORY_OPTIONS } from "./memory-options.ts";
import { pythonRepr } from "./python-repr.ts";
import type { SectionReader } from "./reader.ts";
import { RESTART_OPTIONS } from "./restart-options.ts";

/** Which options make each value. */
type OptionTable<Extras> = {
  readonly [Key in keyof Extras]: OneOption<Extras[Key]> | OptionFamily<Extras[Key]>;
};

/** The name of the option in the file, and how its text is read. */
type OneOption<Value> = readonly [option: string, convert: Converter<Value>];

const DAEMON_OPTIONS: OptionTable<DaemonExtras> = {
  orphans: ["orphans", oneOf("adopt", "stop")],
  logFormat: ["log_format", oneOf("raw", "json")],
  logCompress: ["log_compress", boolean],
  logRotate: ["log_rotate", oneOf("size", "daily")],
  cgroup: ["cgroup", absolutePath],
  environmentFiles: [ENVIRONMENT_FILE, list],
  extendedStatus: ["extended_status", boolean],
  updateInPlace: ["update_in_place", boolean],
  stopOrder: ["stop_order", oneOf("original", "reverse", "parallel")],
  stateFile: MEMORY_OPTIONS,
};

const PROGRAM_OPTIONS: OptionTable<ProgramExtras> = {
  logFormat: ["log_format", oneOf("raw", "stamped", "json")],
  logCompress: ["log_compress", boolean],
  logRotate: ["log_rotate", oneOf("size", "daily")],
  environmentFiles: [ENVIRONMENT_FILE, list],
  restarts: RESTART_OPTIONS,
  limits: LIMIT_OPTIONS,
  dependsOn: ["depends_on", list],
  readiness: READINESS_OPTIONS,
  health: HEALTH_OPTIONS,
  schedule: ["schedule", parseSchedule],
  essential: ["essential", boolean],
  hooks: HOOK_OPTIONS,
  killLeftovers: ["kill_leftovers", boolean],
};

/** @throws ConfigRejection */
export function readDaemonExtras(section: SectionReader | undefined): DaemonExtras {
  return section === undefined ? DAEMON_EXTRA_DEFAULTS : readTable(section, DAEMON_OPTIONS, DAEMON_EXTRA_DEFAULTS);
}

/**
 * @param isProgram whether a program of that name is configured
 * @returns what is said of each program that has a section
 * @throws ConfigRejection
 */
export function readProgramExtras(
  sections: readonly SectionReader[],
  isProgram: (name: string) => boolean,
): ReadonlyMap<string, ProgramExtras> {
  const ours = sections.filter(({ section }) => section.name.startsWith(PREFIX));
  return new Map(
    ours.map((reader) => {
      const program = reader.section.name.slice(PREFIX.length);
      if (!isProgram(program)) reader.reject(`there is no program ${pythonRepr(program)} that this could be about`);
      return [program, readTable(reader, PROGRAM_OPTIONS, PROGRAM_EXTRA_DEFAULTS)];
    }),
  );
}

/** `gateway-engine:web` */
export function extraSectionOf(program: string): string {
  return `${PREFIX}${program}`;
}

function readTable<Extras extends object>(reader: SectionReader, table: OptionTable<Extras>, defaults: Extras): Extras {
  const entries = Object.entries<OptionTable<Extras>[keyof Extras]>(table);
  const known = entries.flatMap(([, entry]) => ("options" in entry ? entry.options : [entry[0]]));
  for (const option of reader.section.options.keys()) {
    if (!known.includes(option)) reader.reject(`no such option; the options are ${known.join(", ")}`, option);
  }
  const read = entries.map(([key, entry]) => [
    key,
    "options" in entry ? entry.read(reader) : reader.read(entry[0], entry[1], defaults[key as keyof Extras]),
  ]);
  return Object.fromEntries(read) as Extras;
}

function oneOf<Word extends string>(...words: readonly Word[]): Converter<Word> {
  return (raw) => {
    const found = words.find((word) => word === raw.toLowerCase());
    return found === undefined ? fail(`${pythonRepr(raw)} is not one of ${words.join(", ")}`) : ok(found);
  };
}

const PREFIX = "gateway-engine:";
