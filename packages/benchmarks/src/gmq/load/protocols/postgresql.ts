import type { Protocol } from "../protocol.ts";

/**
 * One prepared INSERT a message, each a transaction of its own.
 *
 * @see https://www.postgresql.org/docs/15/protocol-message-formats.html
 */
export const postgresql: Protocol = {
  open: async (channel) => {
    const hello = Buffer.concat([number32(PROTOCOL_3), Buffer.from("user\0bench\0database\0postgres\0\0")]);
    succeed(await channel.ask(Buffer.concat([number32(hello.length + 4), hello]), isReady));
    succeed(await channel.ask(packet("Q", Buffer.from(`${CREATE}\0`)), isReady));
    const parse = packet("P", Buffer.concat([Buffer.from(`insert\0${INSERT}\0`), number16(0)]));
    succeed(await channel.ask(Buffer.concat([parse, SYNC]), isReady));
  },
  request: (message) => {
    const parameters = [number16(0), number16(1), number32(message.length), message, number16(0)];
    const bind = packet("B", Buffer.concat([Buffer.from("\0insert\0"), ...parameters]));
    const execute = packet("E", Buffer.concat([Buffer.from("\0"), number32(0)]));
    return Buffer.concat([bind, execute, SYNC]);
  },
  judge: (answer) => {
    if (!isReady(answer)) return "incomplete";
    return answer.includes("INSERT 0 1") ? "accepted" : "refused";
  },
};

const PROTOCOL_3 = 196_608;
const CREATE = "CREATE TABLE IF NOT EXISTS queue (id bigserial PRIMARY KEY, body text NOT NULL)";
const INSERT = "INSERT INTO queue (body) VALUES ($1)";
const SYNC = packet("S", Buffer.alloc(0));

/** The last message of every answer. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

function isReady(answer: Buffer): boolean {
  return answer.length >= READY_FOR_QUERY.length && answer.subarray(-READY_FOR_QUERY.length).equals(READY_FOR_QUERY);
}

function succeed(answer: Buffer): void {
  if (answer.includes("SERROR\0") || answer.includes("SFATAL\0")) throw new Error(`not opened: ${answer}`);
}

function packet(type: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), number32(content.length + 4), content]);
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
