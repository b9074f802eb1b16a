/** What getAllProcessInfo shows, held against the table of allowed transitions. */
import type { ProcessInfo } from "../../src/client.ts";
import { STATE_CODES, type StateName } from "../../src/process/state.ts";
import { ALLOWED_TRANSITIONS } from "../process/allowed-transitions.ts";

/** States in which there is a child. */
const WITH_CHILD: readonly StateName[] = ["STARTING", "RUNNING", "STOPPING", "UNKNOWN"];

export class ObservedStates {
  readonly #last = new Map<string, ProcessInfo>();

  /** @returns what cannot be, or cannot follow what was seen before */
  see(infos: readonly ProcessInfo[]): readonly string[] {
    return infos.flatMap((info) => {
      const name = `${info.group}:${info.name}`;
      const before = this.#last.get(name);
      this.#last.set(name, info);
      return [...contradictionsIn(info), ...contradictionsBetween(before, info)].map((what) => `${name}: ${what}`);
    });
  }
}

function contradictionsIn({ statename, pid, state }: ProcessInfo): readonly string[] {
  const name = stateName(statename);
  if (name === undefined || STATE_CODES[name] !== state) return [`${statename} ${state} is not a state`];
  // A process that is STARTING has no pid until its child is made.
  if (pid === 0 && WITH_CHILD.includes(name) && name !== "STARTING") return [`${name} without a pid`];
  return pid !== 0 && !WITH_CHILD.includes(name) ? [`${name} with pid ${pid}`] : [];
}

/** As long as the pid is the same, it is one run: only arrows between states with a child may have been taken. */
function contradictionsBetween(before: ProcessInfo | undefined, now: ProcessInfo): readonly string[] {
  if (before === undefined || before.pid === 0 || before.pid !== now.pid) return [];
  const [from, to] = [stateName(before.statename), stateName(now.statename)];
  if (from === undefined || to === undefined || isWithinOneRun(from, to)) return [];
  return [`from ${from} to ${to} within one run, pid ${now.pid}`];
}

function isWithinOneRun(from: StateName, to: StateName): boolean {
  if (from === to) return true;
  return ALLOWED_TRANSITIONS[from].some((next) => WITH_CHILD.includes(next) && isWithinOneRun(next, to));
}

function stateName(name: string): StateName | undefined {
  return (Object.keys(STATE_CODES) as StateName[]).find((known) => known === name);
}
