/**
 * Puts programs into control groups of their own, under one folder that is the daemon's alone.
 *
 * A limit that cannot be set is a failed start: a limit that is silently not there is worse than none.
 *
 * @see docs/reference/supervisor-extras.md#limits
 */
import type { ChildExit } from "@gateway-engine/core/children";
import type { ControlGroups } from "@gateway-engine/core/control-groups";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { ProcessConfig } from "../config/model.ts";
import { processFileName } from "../process/child-records.ts";
import { type Control, controlsOf, ulimitsOf } from "./controls.ts";

export interface ProcessLimitsDeps {
  readonly controlGroups: ControlGroups;
  /** The folder for all groups; undefined: the daemon's own control group. */
  readonly parent: () => string | undefined;
}

/** The limits of one run. */
export interface Confinement {
  /** What a shell does before it becomes the program; undefined: there is nothing to be done. */
  readonly prelude: string | undefined;
  /** After the end of the run: tidies up. @returns the exit, with its reason if a limit was that */
  readonly ended: (exit: ChildExit) => ChildExit;
}

export class ProcessLimits {
  readonly #deps: ProcessLimitsDeps;

  constructor(deps: ProcessLimitsDeps) {
    this.#deps = deps;
  }

  /** @returns why a limit cannot be set */
  confine(config: Pick<ProcessConfig, "group" | "name" | "extras">): Result<Confinement, string> {
    const ulimits = ulimitsOf(config.extras.limits);
    const controls = controlsOf(config.extras.limits);
    if (controls.length === 0) return ok({ prelude: ulimits.join(" && ") || undefined, ended: (exit) => exit });
    const parent = this.#parentWith(controls);
    if (!parent.ok) return parent;
    const folder = `${parent.value}/${processFileName(config)}`;
    const problem = this.#fill(folder, controls);
    if (problem !== undefined) return fail(problem);
    const oomKills = this.#oomKills(folder);
    return ok({
      prelude: [`echo $$ > ${quote(`${folder}/cgroup.procs`)}`, ...ulimits].join(" && "),
      ended: (exit) => this.#explain(exit, folder, oomKills),
    });
  }

  /** The folder for all groups, with these controllers for the groups in it. */
  #parentWith(controls: readonly Control[]): Result<string, string> {
    const { controlGroups, parent: configured } = this.#deps;
    const [{ option } = { option: "" }] = controls;
    const parent = configured() ?? controlGroups.own();
    if (parent === undefined) return fail(`${option} cannot be set: this machine has no cgroup v2 hierarchy`);
    const unmade = controlGroups.make(parent);
    if (unmade !== undefined) return fail(`${option} cannot be set: ${parent}: ${unmade}`);
    const offered = words(controlGroups.read(`${parent}/cgroup.controllers`));
    const missing = controls.find(({ controller }) => !offered.includes(controller));
    if (missing !== undefined) {
      return fail(
        `${missing.option} cannot be set: ${parent} does not offer the cgroup controller ${missing.controller}`,
      );
    }
    const enabled = words(controlGroups.read(`${parent}/cgroup.subtree_control`));
    const wanted = controls.filter(({ controller }) => !enabled.includes(controller));
    if (wanted.length === 0) return ok(parent);
    this.#makeRoom(parent);
    const switches = [...new Set(wanted.map(({ controller }) => `+${controller}`))].join(" ");
    const refused = controlGroups.write(`${parent}/cgroup.subtree_control`, switches);
    return refused === undefined ? ok(parent) : fail(`${option} cannot be set: ${parent}: ${refused}`);
  }

  /**
   * A group whose groups have limits must not hold processes itself; only the root may, which has no type.
   * What earlier daemons left is removed on the way.
   */
  #makeRoom(parent: string): void {
    const { controlGroups } = this.#deps;
    for (const name of controlGroups.list(parent)) if (name.includes(":")) controlGroups.remove(`${parent}/${name}`);
    if (controlGroups.read(`${parent}/cgroup.type`) === undefined) return;
    const pids = words(controlGroups.read(`${parent}/cgroup.procs`));
    if (pids.length === 0) return;
    controlGroups.make(`${parent}/${DAEMON_GROUP}`);
    for (const pid of pids) controlGroups.write(`${parent}/${DAEMON_GROUP}/cgroup.procs`, pid);
  }

  /** @returns what went wrong */
  #fill(folder: string, controls: readonly Control[]): string | undefined {
    const { controlGroups } = this.#deps;
    // A fresh one where nobody is left in the last one: its counters begin at 0.
    controlGroups.remove(folder);
    const unmade = controlGroups.make(folder);
    if (unmade !== undefined) return `${controls[0]?.option} cannot be set: ${folder}: ${unmade}`;
    for (const { option, file, value } of controls) {
      const refused = controlGroups.write(`${folder}/${file}`, value);
      if (refused !== undefined) return `${option} cannot be set: ${folder}/${file}: ${refused}`;
    }
    return undefined;
  }

  #explain(exit: ChildExit, folder: string, oomKillsBefore: number): ChildExit {
    const killed = this.#oomKills(folder) > oomKillsBefore;
    this.#deps.controlGroups.remove(folder);
    return killed && exit.kind === "signal" ? { ...exit, because: "out of memory, memory_max" } : exit;
  }

  #oomKills(folder: string): number {
    const events = this.#deps.controlGroups.read(`${folder}/memory.events`) ?? "";
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
  }
}

function words(text: string | undefined): readonly string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where the daemon itself goes when its programs get limits beside it. */
const DAEMON_GROUP = "supervisord";
