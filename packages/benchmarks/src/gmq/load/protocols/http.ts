import { deviceNamed, VENDOR } from "../device.ts";
import type { Protocol } from "../protocol.ts";

/** A write of the Device API. */
export const http: Protocol = {
  request: (message, _connection, device) => {
    const head = [
      "POST /onep:v1/stack/alias HTTP/1.1",
      "Host: 127.0.0.1",
      `X-Exosite-VMS: ${VENDOR} ${VENDOR} ${deviceNamed(device)}`,
      "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
      `Content-Length: ${message.length}`,
    ];
    return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), message]);
  },
  judge: (answer) => {
    const text = answer.toString("latin1");
    if (!text.endsWith("\r\n\r\n")) return text.length < MAX_HEAD_BYTES ? "incomplete" : "refused";
    return text.startsWith("HTTP/1.1 204 ") ? "accepted" : "refused";
  },
};

const MAX_HEAD_BYTES = 2000;
