import type { Protocol } from "../protocol.ts";

/**
 * Publishes with quality of service 1. A packet number may be used again when it is acknowledged.
 *
 * @see MQTT 3.1.1, section 3
 */
export const mqtt: Protocol = {
  open: async (channel) => {
    const answer = await channel.ask(CONNECT, (bytes) => bytes.length >= 4);
    if (answer[0] !== CONNACK || answer[3] !== 0) throw new Error(`not connected: ${answer.toString("hex")}`);
  },
  request: (message) => packet(PUBLISH_QOS_1, Buffer.concat([text("queue"), PACKET_NUMBER, message])),
  judge: (answer) => {
    if (answer.length < 4) return "incomplete";
    return answer[0] === PUBACK ? "accepted" : "refused";
  },
};

const CONNECT_TYPE = 0x10;
const CONNACK = 0x20;
const PUBLISH_QOS_1 = 0x32;
const PUBACK = 0x40;
const PACKET_NUMBER = Buffer.from([0, 1]);
const CLEAN_SESSION = 0x02;
const KEEP_ALIVE_OFF = [0, 0];

const CONNECT = packet(
  CONNECT_TYPE,
  Buffer.concat([text("MQTT"), Buffer.from([4, CLEAN_SESSION, ...KEEP_ALIVE_OFF]), text("")]),
);

function text(value: string): Buffer {
  return Buffer.from([0, value.length, ...Buffer.from(value)]);
}

/** @param content up to 16383 bytes */
function packet(type: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : [0x80 | (length & 0x7f), length >> 7];
  return Buffer.from([type, ...size, ...content]);
}
