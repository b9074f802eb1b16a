/** One session for each device, which its lanes share: opened when it is needed, closed a minute after its last use. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import type { MqttSession } from "@gateway-engine/device-client/mqtt/session";

/** A session that nothing was sent over for so long is closed. */
const IDLE_MS = 60_000;

interface SharedSession {
  readonly cik: string;
  readonly session: Promise<MqttSession>;
  users: number;
  idle: Timer | undefined;
}

export class SharedSessions {
  readonly #clock: Clock;
  /** None of them is known to be over. */
  readonly #sessions = new Map<number, SharedSession>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Works with the session of the device that is logged in with this CIK. @param open is called if there is none */
  async use<Value>(
    { device, cik, open }: { readonly device: number; readonly cik: string; readonly open: () => Promise<MqttSession> },
    work: (session: MqttSession) => Promise<Value>,
  ): Promise<Value> {
    const shared = this.#find(device, cik) ?? this.#add(device, { cik, session: open(), users: 0, idle: undefined });
    shared.idle?.cancel();
    shared.users += 1;
    try {
      return await work(await shared.session);
    } finally {
      shared.users -= 1;
      if (shared.users === 0) this.#rest(device, shared);
    }
  }

  closeAll(): void {
    for (const [device, shared] of [...this.#sessions]) {
      this.#forget(device, shared);
      close(shared);
    }
  }

  #find(device: number, cik: string): SharedSession | undefined {
    const shared = this.#sessions.get(device);
    if (shared === undefined || shared.cik === cik) return shared;
    this.#forget(device, shared);
    if (shared.users === 0) close(shared);
    return undefined;
  }

  #add(device: number, shared: SharedSession): SharedSession {
    this.#sessions.set(device, shared);
    const over = shared.session.then(({ closed }) => closed);
    over.catch(() => {}).finally(() => this.#forget(device, shared));
    return shared;
  }

  #rest(device: number, shared: SharedSession): void {
    if (this.#sessions.get(device) !== shared) {
      close(shared);
      return;
    }
    shared.idle = this.#clock.after(IDLE_MS, () => {
      this.#forget(device, shared);
      close(shared);
    });
  }

  #forget(device: number, shared: SharedSession): void {
    shared.idle?.cancel();
    if (this.#sessions.get(device) === shared) this.#sessions.delete(device);
  }
}

function close({ session }: SharedSession): void {
  session.then((open) => open.close()).catch(() => {});
}
