/** `[program:x]`, `[fcgi-program:x]`, `[eventlistener:x]` and `[group:x]` sections to the groups of processes that are run. */
import { checkDependencies } from "../dependencies/check-dependencies.ts";
import { integer, list } from "./convert.ts";
import { readEnvironmentFiles } from "./environment-file.ts";
import { extraSectionOf, readProgramExtras } from "./extra-options.ts";
import { readFastCgiSocket } from "./fcgi-section.ts";
import { readListenerSection } from "./listener-section.ts";
import type { ConfigNotice, Environment, GroupConfig, GroupRole } from "./model.ts";
import { compareText, nameOfSection, readProgramSection } from "./program-section.ts";
import { type MachineConverters, machineConverters, type SectionReader } from "./reader.ts";
import type { ConfigMachine } from "./source.ts";

export interface GroupSurroundings {
  readonly machine: ConfigMachine;
  /** `[supervisord] environment`. */
  readonly environment: Environment;
  readonly notice: (notice: ConfigNotice) => void;
}

/**
 * A program that is listed in `[group:]` sections runs once in each of them; one that is in none is a group of its own.
 *
 * @returns the groups in ascending order of (priority, name)
 * @throws ConfigRejection
 */
export function readGroupSections(
  readers: readonly SectionReader[],
  surroundings: GroupSurroundings,
): readonly GroupConfig[] {
  const types = machineConverters(surroundings.machine);
  const byName = new Map(readers.map((reader) => [reader.section.name, reader]));
  const extras = readProgramExtras(readers, (program) =>
    [...PROGRAM_KINDS, LISTENER_KIND].some((kind) => byName.has(`${kind}:${program}`)),
  );
  const environmentFiles = (program: string) =>
    readEnvironmentFiles(byName.get(extraSectionOf(program)), surroundings.machine);
  const readProgram = (reader: SectionReader, group: string) => {
    const named = reader.with([["host_node_name", surroundings.machine.hostName]]);
    return readProgramSection(named, { ...surroundings, group, types, extras, environmentFiles });
  };

  const grouped = new Set<string>();
  const named = ofKind(readers, "group").map((reader): GroupConfig => {
    const name = nameOfSection(reader);
    const members = membersOf(reader, byName);
    for (const member of members) grouped.add(member.section.name);
    for (const { section } of members.filter(isFastCgi)) {
      const message = `[${section.name}] is in [${reader.section.name}]: there it runs as a plain program, without its socket`;
      surroundings.notice({ level: "WARN", message });
    }
    if (members.length === 0) {
      surroundings.notice({ level: "WARN", message: `[${reader.section.name}] names no programs, so it runs nothing` });
    }
    const processes = members.flatMap((member) => readProgram(member, name));
    return { name, priority: reader.read("priority", integer, DEFAULT_PRIORITY), processes, role: PROGRAMS };
  });
  const single = PROGRAM_KINDS.flatMap((kind) => ofKind(readers, kind))
    .filter((reader) => !grouped.has(reader.section.name))
    .map((reader): GroupConfig => {
      const name = nameOfSection(reader);
      const priority = reader.read("priority", integer, DEFAULT_PRIORITY);
      const role = readRole(reader, types, surroundings.machine);
      return { name, priority, processes: readProgram(reader, name), role };
    });
  const pools = ofKind(readers, LISTENER_KIND).map((reader) =>
    readListenerSection(reader, (pool) => readProgram(reader, pool)),
  );
  const groups = [...named, ...single, ...pools];
  checkDependencies(groups, readers);
  return groups.sort((one, other) => one.priority - other.priority || compareText(one.name, other.name));
}

const DEFAULT_PRIORITY = 999;
const PROGRAMS: GroupRole = { kind: "programs" };
/** Sections that make processes, and that a `[group:x]` may list. */
const PROGRAM_KINDS = ["program", "fcgi-program"] as const;
const LISTENER_KIND = "eventlistener";

function isFastCgi({ section }: SectionReader): boolean {
  return section.name.startsWith("fcgi-program:");
}

function readRole(reader: SectionReader, types: MachineConverters, machine: ConfigMachine): GroupRole {
  return isFastCgi(reader) ? { kind: "fastcgi", socket: readFastCgiSocket(reader, types, machine) } : PROGRAMS;
}

function ofKind(readers: readonly SectionReader[], kind: string): readonly SectionReader[] {
  return readers.filter(({ section }) => section.name.startsWith(`${kind}:`));
}

/** In the order of `programs=`. */
function membersOf(reader: SectionReader, byName: ReadonlyMap<string, SectionReader>): readonly SectionReader[] {
  const group = reader.section.name;
  return reader.read("programs", list, []).map((program) => {
    const [member, second] = PROGRAM_KINDS.flatMap((kind) => byName.get(`${kind}:${program}`) ?? []);
    if (member === undefined) {
      return reader.reject(`[${group}] names unknown program or fcgi-program ${program}`, "programs");
    }
    if (second === undefined) return member;
    return reader.reject(`[${group}] name ${program} is ambiguous (exists as program and fcgi-program)`, "programs");
  });
}
