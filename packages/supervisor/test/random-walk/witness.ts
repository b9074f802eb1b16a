/**
 * An event listener that is told of every arrow that a process really takes, however short the state behind it, and
 * what it noted held against the table of allowed transitions.
 */
import { isStopped, type StateName } from "../../src/process/state.ts";
import { isAllowed } from "../process/allowed-transitions.ts";

export const WITNESS = "witness";
/** The file that it appends to, a line of JSON an event. */
export const WITNESS_FILE = "witnessed";

const PROGRAM = new URL("../programs/listener.mjs", import.meta.url).pathname;

/**
 * It listens before any other group is made. Events wait while it does not run: it may be stopped like any other, and
 * is told later.
 */
export const WITNESS_SECTION = `[eventlistener:${WITNESS}]
command=${process.execPath} ${PROGRAM} $HERE/${WITNESS_FILE}
events=PROCESS_STATE,PROCESS_GROUP,REMOTE_COMMUNICATION
buffer_size=1000000
priority=-2
environment=NODE_OPTIONS=""
startsecs=0
`;

export interface WitnessedEvent {
  readonly poolserial: string;
  readonly eventname: string;
  readonly payload: string;
}

export interface Account {
  /** Events that cannot follow those before them. */
  readonly contradictions: readonly string[];
  /** Processes, other than the witness, that live or are about to by the last event, and their states. */
  readonly unsettled: readonly string[];
}

export function readAccount(noted: string): Account {
  const reader = new AccountReader();
  for (const line of noted.split("\n").slice(0, -1)) reader.read(JSON.parse(line) as WitnessedEvent);
  return reader;
}

class AccountReader implements Account {
  readonly contradictions: string[] = [];
  /** By `group:name`. */
  readonly #states = new Map<string, StateName>();
  /** Of the children that live, by process. */
  readonly #pids = new Map<string, string>();
  #last: WitnessedEvent | undefined;

  get unsettled(): readonly string[] {
    return [...this.#states]
      .filter(([process, name]) => process !== `${WITNESS}:${WITNESS}` && !isStopped({ name }))
      .map(([process, name]) => `${process} is ${name} after the last event`);
  }

  read(event: WitnessedEvent): void {
    if (this.#follows(event)) this.#take(event);
    this.#last = event;
  }

  /** None is left out; one that was not acknowledged is told once more; another daemon counts from 0. */
  #follows(event: WitnessedEvent): boolean {
    const [last, now] = [Number(this.#last?.poolserial ?? -1), Number(event.poolserial)];
    if (now === 0) {
      this.#states.clear();
      this.#pids.clear();
    } else if (now === last) {
      if (event.payload !== this.#last?.payload) this.#contradict(`two events of this number`, event);
      return false;
    } else if (now !== last + 1) this.#contradict(`event ${last} came before`, event);
    return true;
  }

  #take(event: WitnessedEvent): void {
    const { eventname, payload } = event;
    const facts = new Map(payload.split(/\s/).map((pair) => [pair.split(":")[0], pair.split(":")[1]]));
    if (eventname === "PROCESS_GROUP_REMOVED") this.#forget(`${facts.get("groupname")}:`);
    if (!eventname.startsWith("PROCESS_STATE_")) return;
    const process = `${facts.get("groupname")}:${facts.get("processname")}`;
    const [from, to] = [facts.get("from_state"), eventname.replace("PROCESS_STATE_", "")] as [StateName, StateName];
    const before = this.#states.get(process) ?? "STOPPED";
    if (from !== before) this.#contradict(`it was ${before}`, event);
    if (!isAllowed(from, to)) this.#contradict("there is no such arrow", event);
    this.#states.set(process, to);
    this.#followPid(process, facts.get("pid"), event);
  }

  /** From RUNNING or STOPPING to the end of the run, events tell of one child. */
  #followPid(process: string, pid: string | undefined, event: WitnessedEvent): void {
    const known = this.#pids.get(process);
    if (pid !== undefined && known !== undefined && known !== pid) this.#contradict(`its pid was ${known}`, event);
    const state = this.#states.get(process);
    if (pid !== undefined && (state === "RUNNING" || state === "STOPPING")) this.#pids.set(process, pid);
    else this.#pids.delete(process);
  }

  /** One that lives on is none of the group: an earlier daemon left it, and it is to end by itself. */
  #forget(prefix: string): void {
    for (const [process, name] of this.#states) {
      if (process.startsWith(prefix) && isStopped({ name })) this.#states.delete(process);
    }
  }

  #contradict(what: string, { poolserial, eventname, payload }: WitnessedEvent): void {
    this.contradictions.push(`${what}: event ${poolserial}, ${eventname} ${payload.trim()}`);
  }
}
