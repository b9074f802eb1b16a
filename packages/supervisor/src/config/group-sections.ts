/** `[program:x]` and `[group:x]` sections to the groups of processes that are run. */
import { integer, list } from "./convert.ts";
import { readProgramExtras } from "./extra-options.ts";
import type { ConfigNotice, Environment, GroupConfig, GroupRole } from "./model.ts";
import { compareText, nameOfSection, readProgramSection } from "./program-section.ts";
import { machineConverters, type SectionReader } from "./reader.ts";
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
  const programs = new Map(ofKind(readers, "program").map((reader) => [reader.section.name, reader]));
  const extras = readProgramExtras(readers, (program) => programs.has(`program:${program}`));
  const readProgram = (reader: SectionReader, group: string) => {
    const named = reader.with([["host_node_name", surroundings.machine.hostName]]);
    return readProgramSection(named, { ...surroundings, group, types, extras });
  };

  const grouped = new Set<string>();
  const named = ofKind(readers, "group").map((reader): GroupConfig => {
    const name = nameOfSection(reader);
    const members = membersOf(reader, programs);
    for (const member of members) grouped.add(member.section.name);
    if (members.length === 0) {
      surroundings.notice({ level: "WARN", message: `[${reader.section.name}] names no programs, so it runs nothing` });
    }
    const processes = members.flatMap((member) => readProgram(member, name));
    return { name, priority: reader.read("priority", integer, DEFAULT_PRIORITY), processes, role: PROGRAMS };
  });
  const single = [...programs.values()]
    .filter((reader) => !grouped.has(reader.section.name))
    .map((reader): GroupConfig => {
      const name = nameOfSection(reader);
      const processes = readProgram(reader, name);
      return { name, priority: processes[0]?.priority ?? DEFAULT_PRIORITY, processes, role: PROGRAMS };
    });
  return [...named, ...single].sort((one, other) => one.priority - other.priority || compareText(one.name, other.name));
}

const DEFAULT_PRIORITY = 999;
const PROGRAMS: GroupRole = { kind: "programs" };

function ofKind(readers: readonly SectionReader[], kind: string): readonly SectionReader[] {
  return readers.filter(({ section }) => section.name.startsWith(`${kind}:`));
}

/** In the order of `programs=`. */
function membersOf(reader: SectionReader, programs: ReadonlyMap<string, SectionReader>): readonly SectionReader[] {
  const section = reader.section.name;
  const listed = reader.read("programs", list, []);
  return listed.map(
    (program) =>
      programs.get(`program:${program}`) ??
      reader.reject(`[${section}] names unknown program or fcgi-program ${program}`, "programs"),
  );
}
