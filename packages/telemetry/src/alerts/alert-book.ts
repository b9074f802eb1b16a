/** All alerts of a gateway together: what is raised, what is on its way there, and what a look at the gateway makes of it. */
import type { MonotonicMs, Timestamp } from "@gateway-engine/core/clock";
import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import { ALERT_KINDS, type AlertKind, type AlertRules } from "@gateway-engine/protocol/alert-rules";
import { alertMessage, type ToldAlert } from "./alert-message.ts";
import { type AlertState, nextAlert, QUIET, type Threshold } from "./alert-state.ts";
import { thresholdOf } from "./thresholds.ts";

/** What one thing was measured to be. */
export interface Reading {
  readonly what: string;
  readonly value: number;
}

/** By kind, everything that there is to measure. A kind that could not be measured is missing: its alerts stay as they are. */
export type Readings = Readonly<Partial<Record<AlertKind, readonly Reading[]>>>;

export interface Alert {
  readonly kind: AlertKind;
  readonly what: string;
  readonly state: AlertState;
  /** The event with which it was raised, while it is. */
  readonly raised?: AlertEvent;
}

/** Alerts that are not quiet. */
export type AlertBook = readonly Alert[];

export interface Look {
  readonly readings: Readings;
  readonly rules: AlertRules;
  readonly at: Timestamp;
  readonly monotonic: MonotonicMs;
}

export interface LookOutcome {
  readonly book: AlertBook;
  readonly events: readonly AlertEvent[];
}

/** The book of an engine that starts. */
export function bookOf(raised: readonly AlertEvent[]): AlertBook {
  return raised.map((event) => ({ kind: event.kind, what: event.what, state: { kind: "raised" }, raised: event }));
}

/** What is raised, the oldest first. */
export function raisedIn(book: AlertBook): readonly AlertEvent[] {
  return book.flatMap(({ raised }) => raised ?? []).toSorted((one, other) => one.at - other.at);
}

export function lookAt(book: AlertBook, look: Look): LookOutcome {
  const outcomes = ALERT_KINDS.map((kind) => {
    const alerts = book.filter((alert) => alert.kind === kind);
    const threshold = thresholdOf(kind, look.rules);
    if (threshold === undefined) return withdrawn(alerts, look);
    const readings = look.readings[kind];
    if (readings === undefined) return { book: alerts, events: [] };
    return together([
      ...readings.map((reading) => judged(kind, reading, { alerts, threshold, look })),
      withdrawn(
        alerts.filter(({ what }) => readings.every((reading) => reading.what !== what)),
        look,
      ),
    ]);
  });
  return together(outcomes);
}

function together(outcomes: readonly LookOutcome[]): LookOutcome {
  return { book: outcomes.flatMap(({ book }) => book), events: outcomes.flatMap(({ events }) => events) };
}

interface Standing {
  readonly alerts: AlertBook;
  readonly threshold: Threshold;
  readonly look: Look;
}

function judged(kind: AlertKind, { what, value }: Reading, { alerts, threshold, look }: Standing): LookOutcome {
  const before: Alert = alerts.find((alert) => alert.what === what) ?? { kind, what, state: QUIET };
  const { state, effect } = nextAlert(before.state, { value, at: look.monotonic }, threshold);
  if (effect === undefined) return { book: state.kind === "quiet" ? [] : [{ ...before, state }], events: [] };
  const told: ToldAlert = { kind, what, value, limit: threshold.limit, state: EVENT_STATES[effect] };
  const event: AlertEvent = { ...told, at: look.at, message: alertMessage(told) };
  return { book: effect === "raise" ? [{ kind, what, state, raised: event }] : [], events: [event] };
}

const EVENT_STATES = { raise: "raised", clear: "cleared" } as const;

/** What the alerts are about is gone, or nobody wants to know any more. */
function withdrawn(alerts: AlertBook, { at }: Look): LookOutcome {
  const events = raisedIn(alerts).map(({ kind, what, limit }): AlertEvent => {
    const told: ToldAlert = { kind, what, value: null, limit, state: "cleared" };
    return { ...told, at, message: alertMessage(told) };
  });
  return { book: [], events };
}
