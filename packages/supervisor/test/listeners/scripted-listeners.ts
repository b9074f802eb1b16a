/** A pool over listeners that say what a test wants. */
import type { Clock } from "@gateway-engine/core/clock";
import { systemClock } from "@gateway-engine/platform/clock";
import { EventBus } from "../../src/events/event-bus.ts";
import type { SubscriptionName } from "../../src/events/event-names.ts";
import { EventSerials } from "../../src/listeners/event-serials.ts";
import type { Listener, ListenerProcess } from "../../src/listeners/listener.ts";
import { ListenerPool } from "../../src/listeners/listener-pool.ts";
import type { StateListener } from "../../src/process/managed-process.ts";
import type { ProcessState, StateName } from "../../src/process/state.ts";

/** A process that keeps what it is told, and says what the test wants. */
export class ScriptedListener implements ListenerProcess {
  state: ProcessState = { name: "STOPPED" };
  readonly told: string[] = [];
  /** What becomes of the next writes: by default they succeed. */
  write: (signal: AbortSignal) => Promise<boolean> = async () => true;
  readonly #listener: Listener;
  #onState: StateListener = () => {};

  constructor(listener: Listener) {
    this.#listener = listener;
    listener.connect(this);
  }

  onState(listener: StateListener): () => void {
    this.#onState = listener;
    return () => {};
  }

  writeStdin(bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    this.told.push(Buffer.from(bytes).toString("utf8"));
    return this.write(signal);
  }

  say(text: string): void {
    this.#listener.channel.write(Buffer.from(text));
  }

  start(): void {
    this.#enter({ name: "STARTING", pid: undefined, since: 0, failures: 0, briefRuns: 0 });
    this.#enter({ name: "RUNNING", pid: 7, since: 0, failures: 0, briefRuns: 0 });
  }

  exit(): void {
    this.#enter({ name: "EXITED", reason: "" });
  }

  /** Serials of the events that it was told of. */
  get serials(): string {
    return this.told.map((text) => /serial:(\d+)/.exec(text)?.[1]).join(" ");
  }

  #enter(state: ProcessState): void {
    const from: StateName = this.state.name;
    this.state = state;
    this.#onState(state.name, from);
  }
}

export function makePool({
  listeners = 1,
  bufferSize = 10,
  events = ["REMOTE_COMMUNICATION"] as readonly SubscriptionName[],
  world = makeWorld(),
} = {}) {
  const pool = new ListenerPool(
    "pool",
    { kind: "listeners", events, bufferSize },
    { ...world, identifier: () => "box" },
  );
  const processes = Array.from(
    { length: listeners },
    (_, index) => new ScriptedListener(pool.addListener(`l${index}`)),
  );
  return { ...world, pool, processes };
}

export function makeWorld() {
  const said: string[] = [];
  const log = {
    write: (level: string, message: string) => void said.push(`${level} ${message}`),
    isWritten: (level: string) => level !== "DEBG",
  };
  const events = new EventBus();
  const timers = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    after: (_ms: number, fire: () => void) => {
      timers.add(fire);
      return { cancel: () => void timers.delete(fire) };
    },
  };
  /** Every timer that is set goes off. */
  const passTime = () => {
    for (const fire of [...timers]) if (timers.delete(fire)) fire();
  };
  const happen = (data: string) => events.publish({ kind: "remote-communication", type: "t", data });
  return { said, log, events, clock, passTime, serials: new EventSerials(), happen };
}
