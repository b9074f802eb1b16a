import { parseRecord } from "@gateway-engine/protocol/device-api";
import { encodeFormValue, parseFormBytes } from "@gateway-engine/protocol/form";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMicroseconds, formatRecordBody, pointsOf } from "../../src/forwarder/record-body.ts";
import { parseRecordOf, parseWrite, type SubmittedBody } from "../../src/intake/parse-submission.ts";
import type { QueuedMessage } from "../../src/spool/message.ts";

const AT = 1_408_088_308_123_456;

test("a write of any bytes becomes points that decode to what the write itself decodes to", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (body) => {
      const parsed = parseWrite(byteString(body));
      fc.pre(parsed.ok);
      if (!parsed.ok) return;
      const points = parseRecord(formatRecordBody(pointsOf(queued(parsed.value))));
      const direct = parseFormBytes(body);
      expect(points?.map(({ alias, value }) => [alias, [...value]])).toEqual(
        direct.map(({ name, value }) => [name, [...value]]),
      );
      expect(points).toHaveLength(parsed.value.points);
    }),
  );
});

test("a write of encoded bytes becomes points with those bytes", () => {
  const pairs = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.uint8Array()), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pairs, (values) => {
      const body = values.map(([name, value]) => `${encodeFormValue(name)}=${encodeFormValue(value)}`).join("&");
      const parsed = parseWrite(body);
      if (!parsed.ok) throw new Error(parsed.problem.problem);
      const points = parseRecord(formatRecordBody(pointsOf(queued(parsed.value))));
      expect(points?.map(({ value }) => [...value])).toEqual(values.map(([, value]) => [...value]));
    }),
  );
});

test("a record of any bytes becomes the points that it itself decodes to", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.uint8Array({ maxLength: 60 }), (alias, value) => {
      const body = Buffer.concat([Buffer.from("1408088308.25="), value]);
      const parsed = parseRecordOf(alias, byteString(body), 0);
      fc.pre(parsed.ok);
      if (!parsed.ok) return;
      const points = parseRecord(formatRecordBody(pointsOf(queued(parsed.value))));
      expect(points).toEqual(parseRecord(body, alias));
    }),
  );
});

test("each repeat of an alias gets a time of its own, also when it is spelled differently", () => {
  const body = "a=1&b=1&%61=2&a=3";
  const parsed = parseWrite(body);
  expect(parsed.ok && parsed.value.span).toBe(3);
  const points = pointsOf({ kind: "write", alias: "", body, seq: 1, points: 4, at: AT });
  expect(points.map(({ timestamp }) => timestamp)).toEqual([
    "1408088308.123456",
    "1408088308.123456",
    "1408088308.123457",
    "1408088308.123458",
  ]);
});

test.each([
  [0, "0.000000"],
  [1_000_001, "1.000001"],
  [AT, "1408088308.123456"],
])("%d microseconds are %s seconds", (at, seconds) => {
  expect(formatMicroseconds(at)).toBe(seconds);
});

test("a time that counts back from now is made absolute, since the record leaves later; the values stay as they are", () => {
  const parsed = parseRecordOf("log", "-10=a%26b&5=c", 1000.5);
  expect(parsed.ok && parsed.value.body).toBe("990.500000=a%26b&5=c");
});

function queued(submission: SubmittedBody): QueuedMessage {
  const { kind, alias, body, points } = submission;
  return { kind, alias, body, points, seq: 1, at: AT };
}

function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
