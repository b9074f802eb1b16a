/** What events are called on the wire, and which names stand for several. */
import type { SupervisorEvent } from "./events.ts";

/** Of the events that happen. */
export const EVENT_NAMES = [
  "PROCESS_STATE_STOPPED",
  "PROCESS_STATE_EXITED",
  "PROCESS_STATE_STARTING",
  "PROCESS_STATE_STOPPING",
  "PROCESS_STATE_BACKOFF",
  "PROCESS_STATE_FATAL",
  "PROCESS_STATE_RUNNING",
  "PROCESS_STATE_UNKNOWN",
  "PROCESS_COMMUNICATION_STDOUT",
  "PROCESS_COMMUNICATION_STDERR",
  "PROCESS_LOG_STDOUT",
  "PROCESS_LOG_STDERR",
  "REMOTE_COMMUNICATION",
  "SUPERVISOR_STATE_CHANGE_RUNNING",
  "SUPERVISOR_STATE_CHANGE_STOPPING",
  "TICK_5",
  "TICK_60",
  "TICK_3600",
  "PROCESS_GROUP_ADDED",
  "PROCESS_GROUP_REMOVED",
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Of all events, and of the families of those above: `TICK` stands for every name that begins with `TICK_`. */
const FAMILY_NAMES = [
  "EVENT",
  "PROCESS_STATE",
  "PROCESS_COMMUNICATION",
  "PROCESS_LOG",
  "SUPERVISOR_STATE_CHANGE",
  "TICK",
  "PROCESS_GROUP",
] as const;

/** What a listener may subscribe to. */
export type SubscriptionName = EventName | (typeof FAMILY_NAMES)[number];

/** @returns undefined for what is not the name of an event or a family */
export function findSubscriptionName(text: string): SubscriptionName | undefined {
  return [...EVENT_NAMES, ...FAMILY_NAMES].find((name) => name === text);
}

/** Each event once, however many of the names stand for it. */
export function eventsOf(names: readonly SubscriptionName[]): ReadonlySet<EventName> {
  const covers = (name: SubscriptionName, event: EventName) =>
    name === "EVENT" || name === event || event.startsWith(`${name}_`);
  return new Set(EVENT_NAMES.filter((event) => names.some((name) => covers(name, event))));
}

export function nameOf(event: SupervisorEvent): EventName {
  switch (event.kind) {
    case "process-state":
      return `PROCESS_STATE_${event.to}`;
    case "process-log":
      return outputEventName("PROCESS_LOG", event.channel);
    case "process-communication":
      return outputEventName("PROCESS_COMMUNICATION", event.channel);
    case "remote-communication":
      return "REMOTE_COMMUNICATION";
    case "tick":
      return `TICK_${event.periodSeconds}`;
    case "process-group":
      return `PROCESS_GROUP_${event.change}`;
    case "supervisor-state":
      return `SUPERVISOR_STATE_CHANGE_${event.state}`;
  }
}

type OutputFamily = "PROCESS_LOG" | "PROCESS_COMMUNICATION";

export function outputEventName(family: OutputFamily, channel: "stdout" | "stderr"): EventName {
  return channel === "stdout" ? `${family}_STDOUT` : `${family}_STDERR`;
}
