import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { ReportAlias, ReportPolicy } from "@gateway-engine/protocol/report-policy";
import { dueReports, type MadeReport } from "@gateway-engine/telemetry/policy/due-reports";
import { withDeadline } from "../deadline.ts";
import type { Cloud } from "./cloud.ts";
import type { SentReports } from "./sent-reports.ts";

/** One of the reports of a check-in. */
export interface Report {
  readonly alias: ReportAlias;
  /** @returns JSON */
  readonly make: (signal: AbortSignal) => Promise<string>;
}

export interface ReportSenderDeps {
  readonly cloud: Pick<Cloud, "write">;
  readonly reports: readonly Report[];
  readonly policy: ReportPolicy;
  readonly sent: Pick<SentReports, "all" | "forget" | "remember">;
  /** Another text when everything has to be told again. */
  readonly epoch: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes the reports of a check-in that are due. What cannot be made or sent now is logged, and made anew at the next check-in. */
export class ReportSender {
  readonly #deps: ReportSenderDeps;

  constructor(deps: ReportSenderDeps) {
    this.#deps = deps;
  }

  async send(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    try {
      await withDeadline(clock, { what: "reporting", ms: REPORTS_LIMIT_MS, signal }, async (until) => {
        await this.#sendDue(await this.#make(until), until);
      });
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`reports were not sent: ${describeError(error)}`);
    }
  }

  async #sendDue(made: readonly MadeReport[], signal: AbortSignal): Promise<void> {
    const { cloud, policy, sent, epoch, clock, log } = this.#deps;
    const occasion = { policy, now: clock.now(), epoch: epoch() };
    const due = dueReports(made, sent.all(), occasion);
    if (due.length === 0) {
      log.debug("nothing new to report");
      return;
    }
    sent.forget(due);
    await cloud.write(
      due.map(({ alias, value }) => [alias, value]),
      signal,
    );
    if (policy.policy === "changes") {
      sent.remember(due.map((report) => ({ ...report, at: occasion.now, epoch: occasion.epoch })));
    }
    log.debug(`reported ${due.map(({ alias }) => alias).join(", ")}`);
  }

  async #make(signal: AbortSignal): Promise<readonly MadeReport[]> {
    const made = await Promise.all(
      this.#deps.reports.map(async ({ alias, make }) => {
        try {
          return [{ alias, value: await make(signal) }];
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
