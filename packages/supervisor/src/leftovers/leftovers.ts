/** What a program started and left behind when it ended: it is asked to end too, and killed when it does not. */
import type { Children } from "@gateway-engine/core/children";
import type { Clock } from "@gateway-engine/core/clock";
import { ok, type Result } from "@gateway-engine/core/result";
import type { Sessions } from "@gateway-engine/core/sessions";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { Admission, RunCompanion } from "../process/run-companion.ts";
import { pidOf } from "../process/state.ts";

export interface LeftoversDeps {
  readonly sessions: Sessions;
  readonly children: Pick<Children, "isAlive" | "signal">;
  readonly clock: Clock;
  readonly log: DaemonLog;
}

/** Ends the rest of the session that the process led. The next run waits for that, and so does the daemon's end. */
export class Leftovers implements RunCompanion {
  readonly #process: ManagedProcess;
  readonly #deps: LeftoversDeps;
  #isGone = true;
  #gone: Promise<void> = Promise.resolve();

  constructor(process: ManagedProcess, deps: LeftoversDeps) {
    this.#process = process;
    this.#deps = deps;
  }

  get settled(): Promise<void> {
    return this.#gone;
  }

  async admit({ signal, report }: Admission): Promise<Result<void, string>> {
    while (!this.#isGone) {
      report({ what: "what its last run left behind" });
      await this.#deps.clock.sleep(LOOK_MS, signal);
    }
    return ok(undefined);
  }

  ended(): void {
    const session = pidOf(this.#process.state);
    if (session === undefined || this.#signal(session, "SIGTERM") === 0) return;
    this.#deps.log.write("INFO", `ending what '${this.#process.config.name}' (${session}) left behind`);
    this.#isGone = false;
    this.#gone = this.#untilGone(session);
  }

  async #untilGone(session: number): Promise<void> {
    const { clock, log } = this.#deps;
    const { name, stopwaitsecs } = this.#process.config;
    const killAt = clock.monotonic() + stopwaitsecs * 1000;
    while (this.#signal(session, "0") > 0) {
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
      if (clock.monotonic() < killAt) continue;
      const killed = this.#signal(session, "SIGKILL");
      if (killed > 0) log.write("WARN", `killing what '${name}' (${session}) left behind with SIGKILL`);
    }
    this.#isGone = true;
  }

  /** @returns how many there were */
  #signal(session: number, signal: string): number {
    const { sessions, children } = this.#deps;
    const left = sessions.members(session);
    // Its leader has ended: a living one leads another session, with the same number.
    if (left.some(({ pid }) => pid === session)) return 0;
    for (const member of left) if (children.isAlive(member)) children.signal({ pid: member.pid, group: false }, signal);
    return left.length;
  }
}

const LOOK_MS = 50;
