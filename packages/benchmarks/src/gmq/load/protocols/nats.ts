import type { Protocol } from "../protocol.ts";

/**
 * Publishes into a stream of JetStream, which acknowledges to a subject of ours.
 *
 * @see https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
export const nats: Protocol = {
  open: async (channel, connection) => {
    await channel.ask('CONNECT {"verbose":false}\r\nPING\r\n', (bytes) => endsWith(bytes, "PONG\r\n"));
    const stream = JSON.stringify({ name: "QUEUE", subjects: ["queue"], storage: "file" });
    const create = publish("$JS.API.STREAM.CREATE.QUEUE", made(connection), Buffer.from(stream));
    const answer = await channel.ask(
      `SUB ${made(connection)} 1\r\nSUB ${acknowledged(connection)} 2\r\n${create}`,
      (bytes) => bytes.includes("MSG ") && endsWith(bytes, "}\r\n"),
    );
    if (answer.includes('"error"')) throw new Error(`no stream: ${answer}`);
  },
  request: (message, connection) => Buffer.from(publish("queue", acknowledged(connection), message)),
  judge: (answer) => {
    if (startsWith(answer, "PING\r\n")) return { kind: "aside", reply: "PONG\r\n" };
    if (!endsWith(answer, "}\r\n")) return "incomplete";
    return answer.includes('"seq"') ? "accepted" : "refused";
  },
};

const made = (connection: number) => `made.${connection}`;
const acknowledged = (connection: number) => `acknowledged.${connection}`;

function publish(subject: string, reply: string, content: Buffer): string {
  return `PUB ${subject} ${reply} ${content.length}\r\n${content}\r\n`;
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString("latin1", 0, text.length) === text;
}

function endsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString("latin1", Math.max(0, bytes.length - text.length)) === text;
}
