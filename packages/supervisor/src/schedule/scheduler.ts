/** Starts scheduled programs at their times. One timer serves them all; without such programs there is none. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import type { ActiveGroups } from "../groups/active-groups.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isStartable } from "../process/state.ts";
import { type Alarm, lookAt, setAlarm } from "./alarm.ts";
import type { ZoneOffset } from "./local-time.ts";

export interface SchedulerDeps {
  readonly groups: ActiveGroups;
  readonly clock: Clock;
  readonly zone: ZoneOffset;
  readonly log: DaemonLog;
}

export class Scheduler {
  readonly #deps: SchedulerDeps;
  #alarms = new Map<ManagedProcess, Alarm>();
  #timer: Timer | undefined;
  #unsubscribe: () => void = () => {};

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#unsubscribe = this.#deps.groups.onChange(this.#look);
    this.#look();
  }

  stop(): void {
    this.#unsubscribe();
    this.#timer?.cancel();
  }

  readonly #look = (): void => {
    this.#timer?.cancel();
    const { groups, clock, zone } = this.#deps;
    const now = clock.now();
    const alarms = new Map<ManagedProcess, Alarm>();
    const due: ManagedProcess[] = [];
    for (const process of groups.processes()) {
      const { schedule } = process.config.extras;
      if (schedule === undefined) continue;
      const set = this.#alarms.get(process) ?? setAlarm(schedule, now, zone);
      const { alarm, isDue } = lookAt(set, schedule, now, zone);
      alarms.set(process, alarm);
      if (isDue) due.push(process);
    }
    this.#alarms = alarms;
    this.#wakeUp(now);
    for (const process of due) this.#begin(process);
  };

  #wakeUp(now: number): void {
    if (this.#alarms.size === 0) return;
    const times = [...this.#alarms.values()].map(({ dueAt = Number.POSITIVE_INFINITY }) => dueAt);
    const wait = Math.min(...times) - now;
    this.#timer = this.#deps.clock.after(Math.min(Math.max(1, wait), LONGEST_SLEEP_MS), this.#look);
  }

  #begin(process: ManagedProcess): void {
    const { name } = process.config;
    if (!isStartable(process.state)) {
      this.#deps.log.write("INFO", `'${name}' is not started as scheduled: its last run is not over`);
      return;
    }
    this.#deps.log.write("INFO", `starting '${name}' as scheduled`);
    process.start();
  }
}

/** The clock may be set meanwhile. */
const LONGEST_SLEEP_MS = 3_600_000;
