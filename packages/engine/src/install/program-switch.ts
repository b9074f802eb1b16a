import { programSection } from "@gateway-engine/artifact/supervisor-section";
import type { Clock } from "@gateway-engine/core/clock";
import { GatewayEngineError, PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";

export type Supervisor = Pick<
  SupervisorClient,
  "getAllProcessInfo" | "startProcessGroup" | "stopProcessGroup" | "update"
>;

/** What an application's file is made of. */
export interface ProgramSource {
  readonly app: string;
  /** The text of the package's file. */
  readonly supervisorConf: string;
  /** Whom the program runs as, unless the text says so. */
  readonly user?: string | undefined;
}

export interface SwitchOutcome {
  /** How it went, in words. */
  readonly note: string;
  /** Whether a supervisor has taken the program over. */
  readonly supervised: boolean;
}

export interface ProgramSwitchDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly supervisor: Supervisor;
  readonly supervisorConfDir: string;
  readonly logDir: string;
  /** Asked before each use, since it is a setting. */
  readonly maxAttempts: () => Promise<number>;
}

/** Puts an application's `<app>.conf` in place and makes the supervisor run it. */
export class ProgramSwitch {
  readonly #deps: ProgramSwitchDeps;

  constructor(deps: ProgramSwitchDeps) {
    this.#deps = deps;
  }

  /** The text of the application's file that is in force, or null when there is none. */
  async currentConf(app: string): Promise<string | null> {
    return (await this.#deps.files.readText(this.#confFile(app))) ?? null;
  }

  /**
   * Writes the file from the package's supervisor.conf, and starts the application's group, or restarts it.
   *
   * @throws PackageError when the file makes no program, ProgramError when the supervisor refuses it
   */
  async switchTo(source: ProgramSource, signal: AbortSignal): Promise<SwitchOutcome> {
    const text = this.confOf(source);
    await this.#deps.files.makeFolder(this.#deps.logDir);
    await this.#deps.files.writeAtomic(this.#confFile(source.app), text, 0o644);
    return this.#bringUp(source.app, signal);
  }

  /**
   * What the supervisor gets, of a package's supervisor.conf.
   *
   * @throws PackageError when the file makes no program
   */
  confOf({ app, supervisorConf, user }: ProgramSource): string {
    const section = programSection(app, supervisorConf, this.#deps.logDir, user);
    if (section.ok) return section.value.text;
    throw new PackageError("E_PACKAGE_CONTENT", { name: `supervisor.conf of ${app}`, problem: section.problem });
  }

  /** Puts back the file that was in force before, or takes the file away when there was none. */
  async switchBack(app: string, conf: string | null, signal: AbortSignal): Promise<void> {
    const file = this.#confFile(app);
    if (conf === null) {
      await this.#deps.files.remove(file);
      await this.#deps.files.syncFolder(this.#deps.supervisorConfDir);
    } else {
      await this.#deps.files.writeAtomic(file, conf, 0o644);
    }
    await this.#bringUp(app, signal);
  }

  /** Stops the application's group; that there is none, or no supervisor, is no error. */
  async stop(app: string, signal: AbortSignal): Promise<void> {
    const { supervisor } = this.#deps;
    try {
      await this.#withRetries(signal, async () => {
        const isKnown = (await supervisor.getAllProcessInfo(signal)).some(({ group }) => group === app);
        if (isKnown) await supervisor.stopProcessGroup(app, signal);
      });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
    }
  }

  /** The supervisor's name of the program's state; undefined when it does not know it, or does not answer. */
  async stateOf(app: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.#deps.supervisor.getAllProcessInfo(signal)).find(({ group }) => group === app)?.statename;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      return undefined;
    }
  }

  /** Stops the application's group and starts it again. @throws ProgramError, also when the supervisor does not know it */
  async restart(app: string, signal: AbortSignal): Promise<void> {
    const { supervisor } = this.#deps;
    await this.#withRetries(signal, async () => {
      await supervisor.stopProcessGroup(app, signal);
      await supervisor.startProcessGroup(app, signal);
    });
  }

  /** A program whose file is as before, though its code may not be, is restarted by hand: `update` leaves it alone. */
  async #bringUp(app: string, signal: AbortSignal): Promise<SwitchOutcome> {
    const { supervisor } = this.#deps;
    try {
      return await this.#withRetries(signal, async () => {
        const steps = await supervisor.update([app], signal);
        const known = (await supervisor.getAllProcessInfo(signal)).some(({ group }) => group === app);
        if (steps.length === 0 && known) {
          await supervisor.stopProcessGroup(app, signal);
          await supervisor.startProcessGroup(app, signal);
        }
        const states = (await supervisor.getAllProcessInfo(signal)).filter(({ group }) => group === app);
        const names = states.map(({ statename }) => statename).join(", ");
        return { note: `the supervisor has it as ${names || "not known"}`, supervised: true };
      });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      return { note: "no supervisor answers, it will run when one is started", supervised: false };
    }
  }

  async #withRetries<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const { clock, random } = this.#deps;
    const attempts = await this.#deps.maxAttempts();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted || attempt >= attempts) throw error;
      }
      await clock.sleep(retryDelayMs(SUPERVISOR_RETRY, attempt, random), signal);
    }
  }

  #confFile(app: string): string {
    return `${this.#deps.supervisorConfDir}/${app}.conf`;
  }
}

const SUPERVISOR_RETRY: RetrySchedule = { firstMs: 200, maxMs: 2000 };

function isUnreachable(error: unknown): boolean {
  return error instanceof GatewayEngineError && error.code === "E_SUPERVISOR_UNREACHABLE";
}
