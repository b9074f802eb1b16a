/** `alerts.json`: what is raised, and what was told, over a restart of the engine. */
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import { ALERT_KINDS } from "@gateway-engine/protocol/alert-rules";
import type { AlertsAnswer, ToldAlertEvent } from "@gateway-engine/protocol/local-control";

export interface AlertFileDeps {
  readonly files: Pick<Files, "readText" | "writeAtomic">;
  readonly path: string;
  readonly log: Logger;
}

/**
 * Changed in memory first, since a disk that is too full to write to is just what there may be to tell. Then a restart forgets
 * the change: an event is told twice rather than never.
 */
export class AlertFile {
  readonly #deps: AlertFileDeps;
  #answer: AlertsAnswer = NOTHING_TOLD;

  constructor(deps: AlertFileDeps) {
    this.#deps = deps;
  }

  /** To be called first. */
  async load(): Promise<AlertsAnswer> {
    const { files, path, log } = this.#deps;
    this.#answer = parseAlerts(await files.readText(path)) ?? NOTHING_TOLD;
    if (this.#answer.raised.length > 0) log.info(`${this.#answer.raised.length} alerts were raised before`);
    return this.#answer;
  }

  /** Everything in the file. */
  get answer(): AlertsAnswer {
    return this.#answer;
  }

  /** The oldest event that nobody has taken yet. */
  get unsent(): AlertEvent | undefined {
    const found = this.#answer.events.find(({ sent }) => !sent);
    if (found === undefined) return undefined;
    const { sent: _, ...event } = found;
    return event;
  }

  /** @param raised all that are raised now @param events what is to be told */
  async note(raised: readonly AlertEvent[], events: readonly AlertEvent[]): Promise<void> {
    const told = [...this.#answer.events, ...events.map((event) => ({ ...event, sent: false }))];
    await this.#replace({ raised, events: newest(told) });
  }

  /** The oldest event that was not sent is with somebody who will not lose it. */
  async markSent(): Promise<void> {
    const index = this.#answer.events.findIndex(({ sent }) => !sent);
    const events = this.#answer.events.map((event, at) => (at === index ? { ...event, sent: true } : event));
    await this.#replace({ ...this.#answer, events });
  }

  async #replace(answer: AlertsAnswer): Promise<void> {
    this.#answer = answer;
    const { files, path, log } = this.#deps;
    try {
      await files.writeAtomic(path, `${JSON.stringify(answer)}\n`, 0o600);
    } catch (error) {
      log.warn(`alerts are not remembered over a restart: ${describeError(error)}`);
    }
  }
}

/** @returns undefined when there is no such file, or another program's */
export function parseAlerts(text: string | undefined): AlertsAnswer | undefined {
  try {
    const { raised, events }: Partial<Record<keyof AlertsAnswer, unknown>> = JSON.parse(text ?? "");
    if (!Array.isArray(raised) || !Array.isArray(events)) return undefined;
    if (![...raised, ...events].every(isEvent)) return undefined;
    return { raised, events };
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is AlertEvent {
  if (typeof value !== "object" || value === null) return false;
  const { kind, what, limit, at } = value as Partial<Record<keyof AlertEvent, unknown>>;
  const isKnown = ALERT_KINDS.some((known) => known === kind);
  return isKnown && typeof what === "string" && typeof limit === "number" && typeof at === "number";
}

export const NOTHING_TOLD: AlertsAnswer = { raised: [], events: [] };

/** Of those that were sent the last few are kept, of those that wait as many as a gateway without a line may have for long. */
function newest(events: readonly ToldAlertEvent[]): readonly ToldAlertEvent[] {
  const waiting = events.filter(({ sent }) => !sent).slice(-MOST_WAITING);
  const sent = events.filter((event) => event.sent).slice(-MOST_SENT);
  return [...sent, ...waiting];
}

const MOST_SENT = 50;
const MOST_WAITING = 1000;
