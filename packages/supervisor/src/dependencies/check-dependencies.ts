/** What is wrong with the `depends_on` of a configuration: names of nothing, and circles. */
import type { GroupConfig, ProcessConfig } from "../config/model.ts";
import { pythonRepr } from "../config/python-repr.ts";
import type { SectionReader } from "../config/reader.ts";
import { isMeant } from "./names.ts";

/** @throws ConfigRejection */
export function checkDependencies(groups: readonly GroupConfig[], sections: readonly SectionReader[]): void {
  const processes = groups.flatMap((group) => group.processes);
  const graph = dependencyGraph(processes);
  for (const [program, needs] of graph) {
    const section = sections.find((reader) => reader.section.name === `gateway-engine:${program}`);
    const [unknown] = needs.filter(({ programs }) => programs.length === 0);
    if (unknown !== undefined) {
      section?.reject(`there is no program, group or process ${pythonRepr(unknown.name)} to depend on`, OPTION);
    }
    const circle = findCircle(program, graph);
    if (circle !== undefined) section?.reject(`${program} would wait for itself: ${circle.join(" -> ")}`, OPTION);
  }
}

/** By program, since all processes of one depend on the same. */
type DependencyGraph = ReadonlyMap<string, readonly Need[]>;

interface Need {
  readonly name: string;
  readonly programs: readonly string[];
}

function dependencyGraph(processes: readonly ProcessConfig[]): DependencyGraph {
  return new Map(
    processes.map(({ program, extras }) => [
      program,
      extras.dependsOn.map((name) => ({
        name,
        programs: [...new Set(processes.filter((other) => isMeant(name, other)).map((other) => other.program))],
      })),
    ]),
  );
}

/** @returns the way from the program back to itself, both ends included */
function findCircle(program: string, graph: DependencyGraph): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (at: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of graph.get(at)?.flatMap(({ programs }) => programs) ?? []) {
      if (next === program) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = search(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(program, [program]);
}

const OPTION = "depends_on";
