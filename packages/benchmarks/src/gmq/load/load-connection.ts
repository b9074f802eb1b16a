import { connect, type Socket } from "node:net";
import type { Channel, Protocol } from "./protocol.ts";

interface Opening {
  /** Its number among the connections of the load. */
  readonly index: number;
  readonly device: number;
  readonly message: Buffer;
  readonly failed: (error: Error) => void;
}

/** One connection that always has one message under way. Built to cost little: no stream, one buffer for all answers. */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #judge: Protocol["judge"];
  #receive: (bytes: Buffer) => void = () => {};
  #pending: Buffer | undefined;
  #sentAt = 0;

  private constructor(socket: Socket, request: Buffer, judge: Protocol["judge"]) {
    this.#socket = socket;
    this.#request = request;
    this.#judge = judge;
  }

  static async open(
    port: number,
    { open, request, judge }: Protocol,
    { index, device, message, failed }: Opening,
  ): Promise<LoadConnection> {
    let connection: LoadConnection | undefined;
    const socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(ANSWER_BYTES),
        callback: (length, buffer) => {
          connection?.receive(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      },
    });
    socket.once("error", failed);
    socket.once("close", () => failed(new Error("the server has closed a connection")));
    connection = new LoadConnection(socket, request(message, index, device), judge);
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    await open?.(connection.#channel(), index);
    return connection;
  }

  /** Sends without end, and calls `acknowledged` with the milliseconds that each message took. */
  run(acknowledged: (tookMs: number) => void, refused: (answer: string) => void): void {
    this.#receive = (bytes) => {
      const answer = this.#pending === undefined ? bytes : Buffer.concat([this.#pending, bytes]);
      const judgement = this.#judge(answer);
      if (judgement === "accepted") {
        this.#pending = undefined;
        const now = performance.now();
        const tookMs = now - this.#sentAt;
        this.#sentAt = now;
        this.#socket.write(this.#request);
        acknowledged(tookMs);
      } else if (judgement === "incomplete") {
        this.#pending = Buffer.from(answer);
      } else if (judgement === "refused") {
        refused(answer.toString("latin1"));
      } else {
        this.#pending = undefined;
        this.#socket.write(judgement.reply);
      }
    };
    this.#sentAt = performance.now();
    this.#socket.write(this.#request);
  }

  receive(bytes: Buffer): void {
    this.#receive(bytes);
  }

  #channel(): Channel {
    return {
      ask: (request, isWhole) =>
        new Promise((resolve) => {
          let answer = Buffer.alloc(0);
          this.#receive = (bytes) => {
            answer = Buffer.concat([answer, bytes]);
            if (isWhole(answer)) resolve(answer);
          };
          this.#socket.write(request);
        }),
    };
  }
}

const ANSWER_BYTES = 16_384;
