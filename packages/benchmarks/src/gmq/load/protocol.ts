/** How a message of 100 bytes is handed to a server, in the server's own language and without a client library. */

/** The bytes are made once a connection: what is measured is the server, not the making of requests. */
export interface Protocol {
  /** What is said before the first message, also to make the queue if there is none. */
  readonly open?: (channel: Channel, connection: number) => Promise<void>;
  /** What stores one message; the same bytes each time. `device` is its number among those that the load is for. */
  readonly request: (message: Buffer, connection: number, device: number) => Buffer;
  /** What the bytes since the request are. */
  readonly judge: (answer: Buffer) => Judgement;
}

/** `incomplete`: more is to come; `aside`: not about the message, and answered with `reply`. */
export type Judgement = "accepted" | "refused" | "incomplete" | { readonly kind: "aside"; readonly reply: string };

export interface Channel {
  /** Sends, and resolves with all that came back when that `isWhole`. */
  readonly ask: (request: Uint8Array | string, isWhole: (answer: Buffer) => boolean) => Promise<Buffer>;
}
