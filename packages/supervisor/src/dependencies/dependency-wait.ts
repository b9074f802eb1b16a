/** Holds a process back until what it depends on runs and is ready. */
import { ok, type Result } from "@gateway-engine/core/result";
import type { ActiveGroups } from "../groups/active-groups.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { Admission, RunCompanion, Wait } from "../process/run-companion.ts";
import { isStoppable, isStopped } from "../process/state.ts";
import { firstTold } from "../process/waits.ts";
import { isMeant } from "./names.ts";

export class DependencyWait implements RunCompanion {
  readonly #names: readonly string[];
  readonly #groups: ActiveGroups;

  /** @param names as in `depends_on`: of programs, groups and processes */
  constructor(names: readonly string[], groups: ActiveGroups) {
    this.#names = names;
    this.#groups = groups;
  }

  /** Who asks for a process asks for what it needs; a program that comes back by itself only waits. */
  startAsked(): void {
    for (const process of this.#names.flatMap((name) => this.#meant(name))) {
      if (isStopped(process.state)) process.start();
    }
  }

  async admit({ signal, report }: Admission): Promise<Result<void, string>> {
    for (;;) {
      const missing = this.#names.flatMap((name) => this.#missing(name));
      if (missing.length === 0) return ok(undefined);
      report({ what: missing.map(({ what }) => what).join(", "), isStuck: missing.some(({ isStuck }) => isStuck) });
      await this.#nextChange(signal);
    }
  }

  #meant(name: string): readonly ManagedProcess[] {
    return [...this.#groups.processes()].filter(({ config }) => isMeant(name, config));
  }

  /** Who of that name is not ready, and what it does instead. */
  #missing(name: string): readonly Wait[] {
    const meant = this.#meant(name);
    if (meant.length === 0) return [{ what: `${name} (not active)`, isStuck: true }];
    return meant.filter((process) => !process.isReady).map(waitFor);
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    const processes = this.#names.flatMap((name) => this.#meant(name));
    return firstTold<void>(
      (tell) => [
        this.#groups.onChange(tell),
        ...processes.flatMap((process) => [
          process.onState(() => tell()),
          process.onReady(tell),
          process.onStuck(tell),
        ]),
      ],
      signal,
    );
  }
}

function waitFor(process: ManagedProcess): Wait {
  const { config, state } = process;
  return {
    what: `${config.name} (${state.name === "RUNNING" ? "not ready" : state.name})`,
    isStuck: process.isStuck || (isStopped(state) && !isStoppable(state)),
  };
}
