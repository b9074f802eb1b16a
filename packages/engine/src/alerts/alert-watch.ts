import type { Clock } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";
import type { AlertRules } from "@gateway-engine/protocol/alert-rules";
import type { AlertsAnswer } from "@gateway-engine/protocol/local-control";
import { type AlertBook, bookOf, lookAt, type Readings, raisedIn } from "@gateway-engine/telemetry/alerts/alert-book";
import type { AlertFile } from "./alert-file.ts";
import type { AlertSender } from "./alert-sender.ts";

export interface AlertWatchDeps {
  readonly file: AlertFile;
  readonly sender: Pick<AlertSender, "poke">;
  /** Measures what the rules ask for. */
  readonly measure: (rules: AlertRules, signal: AbortSignal) => Promise<Readings>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks at the gateway, and tells what has become better or worse. */
export class AlertWatch {
  readonly #deps: AlertWatchDeps;
  #book: AlertBook;

  private constructor(deps: AlertWatchDeps, book: AlertBook) {
    this.#deps = deps;
    this.#book = book;
  }

  /** Goes on where the engine before this one has ended. */
  static async start(deps: AlertWatchDeps): Promise<AlertWatch> {
    const { raised } = await deps.file.load();
    deps.sender.poke();
    return new AlertWatch(deps, bookOf(raised));
  }

  get answer(): AlertsAnswer {
    return this.#deps.file.answer;
  }

  async look(rules: AlertRules, signal: AbortSignal): Promise<void> {
    const { file, sender, measure, clock, log } = this.#deps;
    const readings = await measure(rules, signal);
    const look = { readings, rules, at: clock.now(), monotonic: clock.monotonic() };
    const { book, events } = lookAt(this.#book, look);
    this.#book = book;
    if (events.length === 0) return;
    for (const { state, message } of events) {
      if (state === "raised") log.warn(`alert: ${message}`);
      else log.info(`alert cleared: ${message}`);
    }
    await file.note(raisedIn(book), events);
    sender.poke();
  }
}
