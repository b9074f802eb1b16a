import type { Protocol } from "../protocol.ts";

/** Appends to one list. */
export const redis: Protocol = {
  request: (message) => Buffer.from(`*3\r\n$5\r\nRPUSH\r\n$5\r\nqueue\r\n$${message.length}\r\n${message}\r\n`),
  judge: (answer) => {
    if (answer.at(-1) !== LINE_FEED) return "incomplete";
    return answer[0] === COLON ? "accepted" : "refused";
  },
};

const LINE_FEED = 0x0a;
const COLON = 0x3a;
