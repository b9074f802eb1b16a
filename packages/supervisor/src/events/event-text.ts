/**
 * Events as listeners read them: a line of `name:value` pairs, then the payload, whose length is in that line.
 *
 * A listener may count characters, as the original's library for Python does, or bytes, as most others do. So that both
 * find the same end, the payload is ASCII: what is not is written as `\uXXXX`, which leaves JSON what it was.
 *
 * @see http://supervisord.org/events.html
 */
import type { StateName } from "../process/state.ts";
import { nameOf } from "./event-names.ts";
import type { ProcessStateEvent, SupervisorEvent } from "./events.ts";

export interface Delivery {
  /** Of the daemon. */
  readonly identifier: string;
  /** Counts what any pool was told of, from 0. */
  readonly serial: number;
  readonly pool: string;
  /** Counts what this pool was told of, from 0. */
  readonly poolSerial: number;
  readonly event: SupervisorEvent;
}

/** What is written to a listener's standard input. */
export function deliveryText({ identifier, serial, pool, poolSerial, event }: Delivery): string {
  const payload = payloadOf(event);
  const head = `ver:3.0 server:${identifier} serial:${serial} pool:${pool} poolserial:${poolSerial}`;
  return `${head} eventname:${nameOf(event)} len:${payload.length}\n${payload}`;
}

/** ASCII only. */
export function payloadOf(event: SupervisorEvent): string {
  return toAscii(plainPayload(event));
}

function plainPayload(event: SupervisorEvent): string {
  switch (event.kind) {
    case "process-state":
      return `processname:${event.process} groupname:${event.group} from_state:${event.from}${stateDetails(event)}`;
    case "process-log": {
      const { process, group, pid, channel } = event;
      return `processname:${process} groupname:${group} pid:${pid} channel:${channel}\n${textOf(event.data)}`;
    }
    case "process-communication":
      return `processname:${event.process} groupname:${event.group} pid:${event.pid}\n${textOf(event.data)}`;
    case "remote-communication":
      return `type:${event.type}\n${event.data}`;
    case "tick":
      return `when:${event.when}`;
    case "process-group":
      return `groupname:${event.group}\n`;
    case "supervisor-state":
      return "";
  }
}

function stateDetails({ to, tries, expected, pid }: ProcessStateEvent): string {
  return DETAILS[to]
    .map((detail) => ` ${detail}:${{ tries, pid: pid ?? 0, expected: Number(expected) }[detail]}`)
    .join("");
}

const DETAILS: Readonly<Record<StateName, readonly ("tries" | "pid" | "expected")[]>> = {
  STARTING: ["tries"],
  BACKOFF: ["tries"],
  RUNNING: ["pid"],
  STOPPING: ["pid"],
  STOPPED: ["pid"],
  EXITED: ["expected", "pid"],
  FATAL: [],
  UNKNOWN: [],
};

/** Bytes that are no UTF-8 are shown as the original shows them: as Python writes bytes down. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `Undecodable: ${pythonBytes(bytes)}`;
  }
}

/** `b'gr\xfcn'`. */
function pythonBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const special = quote === "'" ? /[\\'\x00-\x1f\x7f-\xff]/g : /[\\\x00-\x1f\x7f-\xff]/g;
  return `b${quote}${text.replace(special, escapeByte)}${quote}`;
}

function escapeByte(char: string): string {
  return SHORT_ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function toAscii(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
