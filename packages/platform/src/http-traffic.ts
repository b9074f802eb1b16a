import type { Socket } from "node:net";
import type { Traffic } from "@gateway-engine/core/http";

/** Counts what one request moves, over every connection that it is tried on. */
export class TrafficCount {
  readonly #http: Stretch[] = [];
  readonly #wire: Stretch[] = [];

  /** The request's HTTP goes over `socket` from now on, or with a new connection from its event `ready` on. */
  speaksOver(socket: Socket, reused: boolean, ready: "connect" | "secureConnect"): void {
    this.#http.push(new Stretch(socket, reused ? undefined : ready));
  }

  /** `socket` is the TCP connection below. One that is not reused was opened for this request, which bears all of it. */
  isCarriedBy(socket: Socket, reused: boolean): void {
    this.#wire.push(new Stretch(socket, reused ? undefined : "connect"));
  }

  /** Of the connection that is used last. */
  get last(): { readonly sent: number; readonly received: number } {
    return this.#http.at(-1) ?? { sent: 0, received: 0 };
  }

  total(): Traffic {
    return {
      sent: sum(this.#http, "sent"),
      received: sum(this.#http, "received"),
      wireSent: sum(this.#wire, "sent"),
      wireReceived: sum(this.#wire, "received"),
      connections: this.#wire.filter(({ isOpened }) => isOpened).length,
    };
  }
}

/** A socket from one moment on. */
class Stretch {
  readonly #socket: Socket;
  readonly #sentBefore: number = 0;
  readonly #receivedBefore: number = 0;
  readonly #isNew: boolean;
  #ready = true;

  /** @param ready the event from which on bytes flow, on a socket that is new */
  constructor(socket: Socket, ready: "connect" | "secureConnect" | undefined) {
    this.#socket = socket;
    this.#isNew = ready !== undefined;
    if (ready === undefined) {
      this.#sentBefore = socket.bytesWritten;
      this.#receivedBefore = socket.bytesRead;
    } else if (ready === "secureConnect" || socket.connecting) {
      this.#ready = false;
      socket.once(ready, () => {
        this.#ready = true;
      });
    }
  }

  /** Whether the connection was made for this stretch. */
  get isOpened(): boolean {
    return this.#isNew && this.#ready;
  }

  /** Node counts what waits for a connection as written; one that was never made has carried nothing. */
  get sent(): number {
    return this.#ready ? this.#socket.bytesWritten - this.#sentBefore : 0;
  }

  get received(): number {
    return this.#socket.bytesRead - this.#receivedBefore;
  }
}

function sum(stretches: readonly Stretch[], direction: "sent" | "received"): number {
  return stretches.reduce((total, stretch) => total + stretch[direction], 0);
}
