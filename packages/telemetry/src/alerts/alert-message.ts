import type { AlertEvent } from "@gateway-engine/protocol/alert-event";

/** An alert, before it is put into words. */
export type ToldAlert = Omit<AlertEvent, "message" | "at">;

/** What an alert says, in one line for a person. */
export function alertMessage(alert: ToldAlert): string {
  const { kind, what, state, value, limit } = alert;
  if (value === null) return `${kind === what ? kind : `${kind} ${what}`} is not watched any more`;
  const { raised, cleared, measured } = phrasesOf(alert);
  const subject = state === "raised" ? raised : `${cleared} again`;
  return `${subject}: ${measured(value)} (limit ${limit})`;
}

interface Phrases {
  readonly raised: string;
  readonly cleared: string;
  readonly measured: (value: number) => string;
}

function phrasesOf({ kind, what }: Pick<ToldAlert, "kind" | "what">): Phrases {
  switch (kind) {
    case "disk":
      return { raised: `${what} is nearly full`, cleared: `${what} has room`, measured: percent };
    case "memory":
      return { raised: "memory is short", cleared: "there is memory", measured: percent };
    case "temperature":
      return { raised: `${what} is hot`, cleared: `${what} is cool`, measured: (value) => `${round(value)} °C` };
    case "restarts":
      return {
        raised: `${what} keeps restarting`,
        cleared: `${what} runs steadily`,
        measured: (value) => `restarts within an hour ${value}`,
      };
    case "queue":
      return {
        raised: "the queue is long",
        cleared: "the queue is short",
        measured: (value) => `messages that wait ${value}`,
      };
    case "certificate":
      return {
        raised: `${what} expires soon`,
        cleared: `${what} is good`,
        measured: (value) => `days left ${Math.floor(value)}`,
      };
    default:
      return kind satisfies never;
  }
}

function percent(value: number): string {
  return `${round(value)} % used`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
