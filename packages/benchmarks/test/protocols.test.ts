import { expect, test } from "vitest";
import type { Judgement } from "../src/gmq/load/protocol.ts";
import { MESSAGE, PROTOCOLS, type ProtocolName } from "../src/gmq/load/protocols.ts";

const ack = (classId: number, method: number) =>
  Buffer.from([1, 0, 1, 0, 0, 0, 13, 0, classId, 0, method, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xce]);
const insert = (answer: string) => Buffer.from(`2\0\0\0\u0004${answer}Z\0\0\0\u0005I`, "latin1");

test.each<{ protocol: ProtocolName; answer: string | Buffer; judgement: Judgement }>([
  { protocol: "http", answer: "HTTP/1.1 204 No Content\r\n\r\n", judgement: "accepted" },
  { protocol: "http", answer: "HTTP/1.1 204 No Content\r\n", judgement: "incomplete" },
  { protocol: "http", answer: "HTTP/1.1 503 Service Unavailable\r\n\r\n", judgement: "refused" },
  { protocol: "redis", answer: ":17\r\n", judgement: "accepted" },
  { protocol: "redis", answer: ":1", judgement: "incomplete" },
  { protocol: "redis", answer: "-MISCONF no disk\r\n", judgement: "refused" },
  { protocol: "postgresql", answer: insert("C\0\0\0\u000fINSERT 0 1\0"), judgement: "accepted" },
  { protocol: "postgresql", answer: insert("E\0\0\0\u0012SERROR\0Cdisk\0\0"), judgement: "refused" },
  { protocol: "postgresql", answer: insert("C\0\0\0\u000fINSERT 0 1\0").subarray(0, -1), judgement: "incomplete" },
  { protocol: "amqp", answer: ack(60, 80), judgement: "accepted" },
  { protocol: "amqp", answer: ack(60, 120), judgement: "refused" },
  { protocol: "amqp", answer: ack(60, 80).subarray(0, 9), judgement: "incomplete" },
  { protocol: "mqtt", answer: Buffer.from([0x40, 2, 0, 1]), judgement: "accepted" },
  { protocol: "mqtt", answer: Buffer.from([0x40, 2]), judgement: "incomplete" },
  { protocol: "mqtt", answer: Buffer.from([0xe0, 0, 0, 0]), judgement: "refused" },
  { protocol: "nats", answer: 'MSG a 2 26\r\n{"stream":"QUEUE","seq":1}\r\n', judgement: "accepted" },
  { protocol: "nats", answer: "MSG a 2 26\r\n", judgement: "incomplete" },
  { protocol: "nats", answer: 'MSG a 2 26\r\n{"error":{"code":503}}\r\n', judgement: "refused" },
  { protocol: "nats", answer: "PING\r\n", judgement: { kind: "aside", reply: "PONG\r\n" } },
])("$protocol: $answer is $judgement", ({ protocol, answer, judgement }) => {
  expect(PROTOCOLS[protocol].judge(Buffer.from(answer))).toEqual(judgement);
});

test.each(Object.entries(PROTOCOLS))("%s carries the whole message of 100 bytes", (_name, { request }) => {
  expect(MESSAGE).toHaveLength(100);
  expect(request(MESSAGE, 0, 0).includes(MESSAGE)).toBe(true);
});
