import fc from "fast-check";
import { expect, test } from "vitest";
import { laneOf, PRIORITIES } from "../../src/spool/lane.ts";
import type { ListedMessage } from "../../src/spool/listing.ts";
import type { QueueDevice } from "../../src/spool/message.ts";
import { formatLine, parseLine } from "../../src/tools/message-lines.ts";

const CIK = "7f091cf4b16de3fb3172c253eb35109a6992d76b";
const IDENTITY = { vendor: "v", model: "m", serial: "no 7" };

const DEVICES: readonly (readonly [object, Pick<QueueDevice, "cik" | "identity" | "isGateway">])[] = [
  [IDENTITY, { identity: IDENTITY, cik: CIK, isGateway: false }],
  [{ cik: CIK }, { identity: undefined, cik: CIK, isGateway: false }],
  [{ gateway: true }, { identity: undefined, cik: "", isGateway: true }],
];

test.each(DEVICES)(
  "a message of %j is the same after an export and an import, whatever bytes it has",
  (owner, device) => {
    const property = fc.property(
      fc.uint8Array({ maxLength: 50 }),
      fc.constantFrom(...PRIORITIES),
      fc.option(fc.nat()),
      (bytes, priority, expiresAt) => {
        const body = `a=${Buffer.from(bytes).toString("latin1").replaceAll("&", "%26")}`;
        const message = {
          lane: laneOf(3, priority),
          seq: 1,
          kind: "write",
          alias: "",
          body,
          at: 5,
          expiresAt,
        } as const;
        const listed: ListedMessage = { ...message, setAside: undefined };
        const line = JSON.stringify(formatLine(listed, { id: 3, cikRefused: false, ...device }));
        expect(parseLine(line)).toMatchObject({
          ok: true,
          value: { owner, at: 5, expiresAt, submission: { kind: "write", alias: "", body, points: 1, priority } },
        });
      },
    );
    fc.assert(property);
  },
);

const SOUND = { device: IDENTITY, priority: "normal", kind: "write", alias: "", at: 5, expiresAt: null, body: "a=1" };

test.each([
  ["no JSON", "{", /not JSON/],
  ["no object", "7", /not an object/],
  ["a CIK that is none", JSON.stringify({ ...SOUND, device: { cik: "" } }), /device must be/],
  ["an empty serial number", JSON.stringify({ ...SOUND, device: { ...IDENTITY, serial: "" } }), /device must be/],
  ["an unknown priority", JSON.stringify({ ...SOUND, priority: "urgent" }), /priority/],
  ["a write with an alias", JSON.stringify({ ...SOUND, alias: "a" }), /alias/],
  ["a record without one", JSON.stringify({ ...SOUND, kind: "record" }), /alias/],
  ["a time that is no number", JSON.stringify({ ...SOUND, at: "now" }), /at must be/],
  ["two bodies", JSON.stringify({ ...SOUND, bodyBase64: "" }), /either body or bodyBase64/],
  ["a body without a value", JSON.stringify({ ...SOUND, body: "a" }), /has no "="/],
])("a line with %s is refused, and says why", (_what, line, problem) => {
  expect(parseLine(line)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
});
