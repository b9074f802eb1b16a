import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { withDeadline } from "../deadline.ts";
import type { Cloud } from "./cloud.ts";

/** One of the reports of a check-in. */
export interface Report {
  readonly alias: string;
  /** @returns JSON */
  readonly make: (signal: AbortSignal) => Promise<string>;
}

export interface ReportSenderDeps {
  readonly cloud: Pick<Cloud, "write">;
  readonly reports: readonly Report[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes the reports of a check-in. What cannot be made or sent now is logged, and made anew at the next check-in. */
export class ReportSender {
  readonly #deps: ReportSenderDeps;

  constructor(deps: ReportSenderDeps) {
    this.#deps = deps;
  }

  async send(signal: AbortSignal): Promise<void> {
    const { clock, cloud, log } = this.#deps;
    try {
      await withDeadline(clock, { what: "reporting", ms: REPORTS_LIMIT_MS, signal }, async (until) => {
        const values = await this.#make(until);
        if (values.length > 0) await cloud.write(values, until);
        log.debug(`reported ${values.map(([alias]) => alias).join(", ")}`);
      });
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`reports were not sent: ${describeError(error)}`);
    }
  }

  async #make(signal: AbortSignal): Promise<readonly (readonly [string, string])[]> {
    const made = await Promise.all(
      this.#deps.reports.map(async ({ alias, make }) => {
        try {
          return [[alias, await make(signal)] as const];
        } catch (error) {
          signal.throwIfAborted();
          this.#deps.log.warn(`${alias} could not be made: ${describeError(error)}`);
          return [];
        }
      }),
    );
    return made.flat();
  }
}

/** A check-in must not wait longer for reports before it looks for commands. */
const REPORTS_LIMIT_MS = 20_000;
