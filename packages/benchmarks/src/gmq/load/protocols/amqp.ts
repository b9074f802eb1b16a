import type { Channel, Protocol } from "../protocol.ts";

/**
 * Publishes persistent messages into a quorum queue and waits for the publisher confirm.
 *
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, sections 2.3 and 4.2
 */
export const amqp: Protocol = {
  open: async (channel) => {
    await expect(channel, Buffer.from([...Buffer.from("AMQP"), 0, 0, 9, 1]), CONNECTION, 10);
    const login = [table([]), shortText("PLAIN"), longText("\0guest\0guest"), shortText("en_US")];
    await expect(channel, method(0, CONNECTION, 11, ...login), CONNECTION, 30);
    const tuning = [number16(ONE_CHANNEL), number32(MAX_FRAME_BYTES), number16(0)];
    const open = [shortText("/"), Buffer.from([0, 0])];
    await expect(
      channel,
      Buffer.concat([method(0, CONNECTION, 31, ...tuning), method(0, CONNECTION, 40, ...open)]),
      CONNECTION,
      41,
    );
    await expect(channel, method(1, CHANNEL, 10, Buffer.from([0])), CHANNEL, 11);
    const queue = [number16(0), shortText(QUEUE), Buffer.from([DURABLE]), table([["x-queue-type", "quorum"]])];
    await expect(channel, method(1, QUEUE_CLASS, 10, ...queue), QUEUE_CLASS, 11);
    await expect(channel, method(1, CONFIRM, 10, Buffer.from([0])), CONFIRM, 11);
  },
  request: (message) => {
    const publish = method(1, BASIC, 40, number16(0), shortText(""), shortText(QUEUE), Buffer.from([0]));
    const header = frame(2, 1, [
      number16(BASIC),
      number16(0),
      number64(message.length),
      number16(HAS_DELIVERY_MODE),
      Buffer.from([PERSISTENT]),
    ]);
    return Buffer.concat([publish, header, frame(3, 1, [message])]);
  },
  judge: (answer) => {
    if (!isWhole(answer)) return "incomplete";
    return isMethod(answer, BASIC, 80) ? "accepted" : "refused";
  },
};

const CONNECTION = 10;
const CHANNEL = 20;
const QUEUE_CLASS = 50;
const BASIC = 60;
const CONFIRM = 85;

const QUEUE = "queue";
const DURABLE = 0b10;
const PERSISTENT = 2;
const HAS_DELIVERY_MODE = 1 << 12;
const ONE_CHANNEL = 1;
const MAX_FRAME_BYTES = 131_072;
const FRAME_HEAD_BYTES = 7;
const FRAME_END = 0xce;

async function expect(channel: Channel, request: Buffer, wantedClass: number, wantedMethod: number): Promise<void> {
  const answer = await channel.ask(request, isWhole);
  if (!isMethod(answer, wantedClass, wantedMethod)) throw new Error(`not opened: ${answer.toString("latin1")}`);
}

/** One frame, to its end. */
function isWhole(answer: Buffer): boolean {
  return answer.length > FRAME_HEAD_BYTES && answer.length >= FRAME_HEAD_BYTES + answer.readUInt32BE(3) + 1;
}

function isMethod(answer: Buffer, wantedClass: number, wantedMethod: number): boolean {
  return answer[0] === 1 && answer.readUInt16BE(7) === wantedClass && answer.readUInt16BE(9) === wantedMethod;
}

function method(channel: number, ofClass: number, id: number, ...fields: readonly Buffer[]): Buffer {
  return frame(1, channel, [number16(ofClass), number16(id), ...fields]);
}

function frame(type: number, channel: number, content: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(content);
  return Buffer.concat([
    Buffer.from([type]),
    number16(channel),
    number32(payload.length),
    payload,
    Buffer.from([FRAME_END]),
  ]);
}

function table(entries: readonly (readonly [string, string])[]): Buffer {
  const content = Buffer.concat(entries.flatMap(([key, value]) => [shortText(key), Buffer.from("S"), longText(value)]));
  return Buffer.concat([number32(content.length), content]);
}

function shortText(value: string): Buffer {
  return Buffer.from([value.length, ...Buffer.from(value)]);
}

function longText(value: string): Buffer {
  return Buffer.concat([number32(value.length), Buffer.from(value)]);
}

function number64(value: number): Buffer {
  return Buffer.concat([number32(0), number32(value)]);
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
