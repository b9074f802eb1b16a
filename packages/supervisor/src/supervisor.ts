/** The active groups: begins with them, changes them on request, and ends with them. */
import type { Clock } from "@gateway-engine/core/clock";
import type { Result } from "@gateway-engine/core/result";
import { fail, ok } from "@gateway-engine/core/result";
import type { GroupConfig, ProcessConfig, SupervisordConfig } from "./config/model.ts";
import type { ConfigProblem } from "./config/problem.ts";
import type { DaemonState } from "./daemon/daemon-state.ts";
import type { Handover } from "./daemon/handover.ts";
import type { OpenFiles } from "./daemon/open-files.ts";
import { shutDown } from "./daemon/shutdown.ts";
import { stopWaves } from "./dependencies/order.ts";
import type { EventPublisher } from "./events/event-bus.ts";
import type { ActiveGroups } from "./groups/active-groups.ts";
import { compareGroups, type GroupChanges } from "./groups/compare.ts";
import type { GroupFactory } from "./groups/group-factory.ts";
import type { ProcessGroup } from "./groups/process-group.ts";
import { stopBatches } from "./groups/stop-order.ts";
import { planUpdate } from "./groups/update-plan.ts";
import type { DaemonLog } from "./logs/daemon-log.ts";
import type { ManagedProcess } from "./process/managed-process.ts";
import { isStopped } from "./process/state.ts";
import { stopTogether, untilStopped } from "./process/waits.ts";
import type { Wishes } from "./process/wishes.ts";

export interface SupervisorDeps {
  readonly state: DaemonState;
  readonly groups: ActiveGroups;
  readonly factory: GroupFactory;
  readonly loadConfig: () => Result<SupervisordConfig, ConfigProblem>;
  readonly log: DaemonLog;
  readonly events: EventPublisher;
  readonly wishes: Wishes;
  readonly clock: Clock;
  readonly openFiles: OpenFiles;
  readonly handover: Handover;
}

export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #groups: ActiveGroups;
  /** Programs that are not configured any more, on their way out. */
  #strays: readonly ManagedProcess[] = [];

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#groups = deps.groups;
  }

  /** Makes the groups, and gives them what an earlier daemon left running. */
  async prepare(): Promise<void> {
    const { state, factory } = this.#deps;
    const { groups } = state.config;
    this.#provideFor(groups);
    await factory.makePipes(groups);
    for (const group of groups) this.#add(group);
    this.#strays = factory.makeStrays();
  }

  /** Starts what is to be started, and ends what is not configured any more. */
  start(): void {
    this.#deps.events.publish({ kind: "supervisor-state", state: "RUNNING" });
    for (const stray of this.#strays) this.#endStray(stray);
    const { handover } = this.#deps;
    for (const group of this.#groups.list()) this.#autostart(group, (config) => handover.wantsStart(config));
  }

  /** In ascending order of (priority, name). */
  groups(): readonly ProcessGroup[] {
    return this.#groups.list();
  }

  group(name: string): ProcessGroup | undefined {
    return this.#groups.get(name);
  }

  /** Reads the configuration again. Nothing is started or stopped; a faulty one changes nothing at all. */
  reloadConfig(): Result<GroupChanges, ConfigProblem> {
    const { state, loadConfig, log } = this.#deps;
    const loaded = loadConfig();
    if (!loaded.ok) return loaded;
    state.config = loaded.value;
    for (const { level, message } of loaded.value.notices) log.write(level, message);
    return ok(
      compareGroups(
        loaded.value.groups,
        this.groups().map((group) => group.config),
      ),
    );
  }

  /** Activates a group of the configuration as last read, after what an earlier daemon left of it has ended. */
  async addGroup(name: string): Promise<Result<void, "unknown" | "already-added">> {
    const { state, factory } = this.#deps;
    const config = state.config.groups.find((group) => group.name === name);
    if (config === undefined) return fail("unknown");
    if (this.#groups.get(name) !== undefined) return fail("already-added");
    const leftBehind = this.#strays.filter((stray) => stray.config.group === name);
    await Promise.all(leftBehind.map((stray) => untilStopped(stray)));
    this.#provideFor([...this.groups().map((group) => group.config), config]);
    await factory.makePipes([config]);
    return this.#activate(config);
  }

  /** Makes a group that of the configuration as last read. Processes that are configured as before go on. */
  async updateGroup(name: string): Promise<Result<void, "unknown" | "only-whole" | "still-running">> {
    const { state, factory } = this.#deps;
    const group = this.#groups.get(name);
    const fresh = state.config.groups.find((configured) => configured.name === name);
    if (group === undefined || fresh === undefined) return fail("unknown");
    const plan = planUpdate(group.config, fresh);
    if (plan === undefined) return fail("only-whole");
    const ending = [...group.processes.values()].filter(({ config }) => plan.stopped.includes(config.name));
    await stopTogether(ending);
    await Promise.all(ending.map((process) => process.settled()));
    if (this.#groups.get(name) !== group || ending.some((process) => !isStopped(process.state))) {
      return fail("still-running");
    }
    for (const process of ending) {
      if (!fresh.processes.some(({ name }) => name === process.config.name)) this.#deps.wishes.forget(process.config);
      process.remove();
    }
    this.#provideFor(this.groups().map(({ config }) => (config.name === name ? fresh : config)));
    const kept = new Map([...group.processes].filter(([process]) => plan.kept.includes(process)));
    const updated = factory.remake(fresh, kept);
    this.#groups.add(updated);
    if (state.isRunning) {
      for (const [process, made] of updated.processes)
        if (!kept.has(process) && this.#deps.wishes.wantsStart(made.config)) made.start();
    }
    return ok(undefined);
  }

  /** Only a group whose processes are all stopped; what is done after their runs is waited for. */
  async removeGroup(name: string): Promise<Result<void, "unknown" | "still-running">> {
    const found = this.#groups.get(name);
    if (found?.unstopped().length === 0) await found.settled();
    const group = this.#groups.get(name);
    if (group === undefined) return fail("unknown");
    if (group !== found || group.unstopped().length > 0) return fail("still-running");
    for (const process of group.processes.values()) this.#deps.wishes.forget(process.config);
    group.remove();
    this.#groups.remove(name);
    this.#deps.events.publish({ kind: "process-group", change: "REMOVED", group: name });
    return ok(undefined);
  }

  reopenLogs(): void {
    for (const process of this.processes()) process.streams.reopenLogs();
  }

  /**
   * Stops everything: group after group in descending order of priority, the processes of one group together, but
   * nothing before what depends on it.
   */
  async stop(): Promise<void> {
    this.#deps.events.publish({ kind: "supervisor-state", state: "STOPPING" });
    const { clock, log, state } = this.#deps;
    const batches = stopBatches(this.groups(), state.config.daemon.extras.stopOrder, "shutdown");
    await shutDown({ waves: stopWaves(batches), strays: this.#strays }, { clock, log });
    for (const stray of this.#strays) stray.remove();
    for (const group of this.#groups.list()) group.remove();
  }

  /** Closes every pipe and log, and leaves every process as it is. */
  letGo(): void {
    for (const stray of this.#strays) stray.letGo();
    for (const group of this.#groups.list()) group.letGo();
  }

  #provideFor(groups: readonly GroupConfig[]): void {
    const { openFiles, log } = this.#deps;
    openFiles.provideFor(groups.flatMap(({ processes }) => processes).length, log);
  }

  /** Another call may have been quicker meanwhile. */
  #activate(config: GroupConfig): Result<void, "already-added"> {
    if (this.#groups.get(config.name) !== undefined) return fail("already-added");
    const group = this.#add(config);
    if (this.#deps.state.isRunning) this.#autostart(group);
    return ok(undefined);
  }

  #add(config: GroupConfig): ProcessGroup {
    const group = this.#deps.factory.make(config);
    this.#groups.add(group);
    this.#deps.events.publish({ kind: "process-group", change: "ADDED", group: config.name });
    return group;
  }

  /** @param known what counts more than the wishes of people */
  #autostart(group: ProcessGroup, known: (config: ProcessConfig) => boolean | undefined = () => undefined): void {
    for (const process of group.processes.values()) {
      if (known(process.config) ?? this.#deps.wishes.wantsStart(process.config)) process.start();
    }
  }

  #endStray(stray: ManagedProcess): void {
    const { name } = stray.config;
    this.#deps.log.write(
      "WARN",
      `stopping '${name}': an earlier supervisord left it, and it is not configured any more`,
    );
    stray.stop();
    void untilStopped(stray).then(() => stray.remove());
  }

  /** All of them, also those that are only being ended. */
  *processes(): Generator<ManagedProcess> {
    yield* this.#strays;
    yield* this.#groups.processes();
  }
}
