/**
 * What an event listener may say on its standard output, as a pure function.
 *
 * It says `READY`, is sent one event, answers `RESULT <length>`, a new line and `OK` or `FAIL`, and says `READY` again.
 * Whoever says anything else is not understood any more until it is started again.
 *
 * @see http://supervisord.org/events.html#event-listener-notification-protocol
 */
import type { Transition } from "@gateway-engine/core/state-machine";

export type ListenerState =
  /** It is about to say that it is ready. */
  | { readonly name: "ACKNOWLEDGED" /** What it has said so far, a byte a character. */; readonly said: string }
  | { readonly name: "READY" }
  /** It has an event, and is about to say how long its answer is; then, to answer. */
  | { readonly name: "BUSY"; readonly said: string; readonly answer: Answer | undefined }
  | { readonly name: "UNKNOWN" };

export interface Answer {
  /** Bytes. */
  readonly length: number;
  /** Bytes that have come. */
  readonly come: number;
  /** The first of them: more than the longest answer that means something. */
  readonly begin: string;
}

export type ListenerEvent =
  /** A new run of it begins. */
  | { readonly kind: "started" }
  | { readonly kind: "sent" }
  /** It wrote something, a byte a character. */
  | { readonly kind: "said"; readonly text: string };

export type ListenerEffect =
  | { readonly kind: "answered"; readonly accepted: boolean }
  /** The answer to the event that it has will not come. */
  | { readonly kind: "misunderstood"; readonly line: string };

type Step = Transition<ListenerState, ListenerEffect>;

/** Where a listener is that runs no more, or was started by somebody else. */
export const SILENT: ListenerState = { name: "UNKNOWN" };

/** Total: an event that means nothing in a state leaves it as it is. */
export function next(state: ListenerState, event: ListenerEvent): Step {
  switch (event.kind) {
    case "started":
      return { state: { name: "ACKNOWLEDGED", said: "" }, effects: [] };
    case "sent":
      return { state: state.name === "READY" ? { name: "BUSY", said: "", answer: undefined } : state, effects: [] };
    case "said":
      return event.text === "" ? { state, effects: [] } : hear(state, event.text);
  }
}

function hear(state: ListenerState, text: string): Step {
  switch (state.name) {
    case "ACKNOWLEDGED":
      return hearWhetherReady(state.said + text);
    case "BUSY":
      return state.answer === undefined ? hearHead(state.said + text) : hearAnswer(state.answer, text);
    case "READY":
    case "UNKNOWN":
      return { state: SILENT, effects: [] };
  }
}

function hearWhetherReady(said: string): Step {
  if (said.length < READY.length) return { state: { name: "ACKNOWLEDGED", said }, effects: [] };
  if (!said.startsWith(READY)) return { state: SILENT, effects: [] };
  return next({ name: "READY" }, { kind: "said", text: said.slice(READY.length) });
}

/** As in the original, only what follows the seventh byte of the line counts. */
function hearHead(said: string): Step {
  const end = said.indexOf("\n");
  const line = end < 0 ? said : said.slice(0, end);
  if (end < 0 && line.length <= LONGEST_HEAD) return { state: { name: "BUSY", said, answer: undefined }, effects: [] };
  const length = /^.{7}\s*\+?(\d+)\s*$/s.exec(line)?.[1];
  if (length === undefined || end < 0) return { state: SILENT, effects: [{ kind: "misunderstood", line }] };
  return hearAnswer({ length: Number(length), come: 0, begin: "" }, said.slice(end + 1));
}

function hearAnswer(answer: Answer, text: string): Step {
  const missing = answer.length - answer.come;
  const begin = (answer.begin + text.slice(0, missing)).slice(0, LONGEST_MEANING);
  if (text.length < missing) {
    const sofar = { ...answer, come: answer.come + text.length, begin };
    return { state: { name: "BUSY", said: "", answer: sofar }, effects: [] };
  }
  const rest = next({ name: "ACKNOWLEDGED", said: "" }, { kind: "said", text: text.slice(missing) });
  return { state: rest.state, effects: [{ kind: "answered", accepted: begin === ACCEPTED }, ...rest.effects] };
}

const READY = "READY\n";
const ACCEPTED = "OK";
const LONGEST_MEANING = ACCEPTED.length + 1;
/** Bytes; a listener that writes on without a new line does not fill our memory. */
const LONGEST_HEAD = 1024;
