import { describe, expect, test } from "vitest";
import { reportDelivery } from "../src/faults/delivery-report.ts";
import { fullValue, keyOf, type LedgerEntry } from "../src/faults/ledger-entry.ts";

const sending = (key: string, stream = "a"): LedgerEntry => ({ kind: "sending", key, stream });
const answered = (key: string, accepted = true): LedgerEntry => ({ kind: "answered", key, accepted });
const oneByOne = (...keys: string[]) => keys.flatMap((key) => [sending(key), answered(key)]);
const values = (...keys: string[]) => keys.map((key) => fullValue(key));

const rows: readonly {
  readonly what: string;
  readonly entries: readonly LedgerEntry[];
  readonly stored: readonly string[];
  readonly finds: Partial<ReturnType<typeof reportDelivery>>;
}[] = [
  { what: "all in order", entries: oneByOne("1", "2", "3"), stored: values("1", "2", "3"), finds: {} },
  {
    what: "an accepted message that is missing",
    entries: oneByOne("1", "2"),
    stored: values("1"),
    finds: { lost: ["2"] },
  },
  {
    what: "a refused message that is missing",
    entries: [...oneByOne("1"), sending("2"), answered("2", false)],
    stored: values("1"),
    finds: {},
  },
  { what: "a message without an answer that arrived", entries: [sending("1")], stored: values("1"), finds: {} },
  { what: "a message without an answer that did not", entries: [sending("1")], stored: [], finds: {} },
  {
    what: "a message that came behind a later one",
    entries: oneByOne("1", "2", "3"),
    stored: values("2", "3", "1"),
    finds: { overtaken: ["1"] },
  },
  {
    what: "messages that were under way together, in either order",
    entries: [sending("1"), sending("2"), answered("1"), answered("2")],
    stored: values("2", "1"),
    finds: {},
  },
  {
    what: "messages of two streams, in either order",
    entries: [sending("1", "a"), answered("1"), sending("2", "b"), answered("2")],
    stored: values("2", "1"),
    finds: {},
  },
  {
    what: "a repeated message",
    entries: oneByOne("1", "2"),
    stored: values("1", "2", "1"),
    finds: { repeated: ["1"] },
  },
  {
    what: "values that nobody sent",
    entries: oneByOne("1"),
    stored: [...values("1", "9"), "1.2"],
    finds: { foreign: ["9.1", "1.2"] },
  },
];

describe("the report on a delivery", () => {
  test.each(rows)("finds $what", ({ entries, stored, finds }) => {
    const { accepted: _accepted, delivered: _delivered, ...report } = reportDelivery(entries, stored);
    expect(report).toEqual({ lost: [], overtaken: [], foreign: [], repeated: [], ...finds });
  });

  test("counts what was accepted and what arrived", () => {
    expect(reportDelivery(oneByOne("1", "2", "3"), values("1", "2", "2"))).toMatchObject({ accepted: 3, delivered: 2 });
  });
});

describe("a value that shows whether it is whole", () => {
  test.each([0, 1, 10, 5000])("is at least %d bytes long and names its message", (bytes) => {
    const value = fullValue("device-7", bytes);
    expect(value.length).toBeGreaterThanOrEqual(bytes);
    expect(keyOf(value)).toBe("device-7");
  });

  test.each(["", "device-7", "a.a.3", "a.b.2", "a.a.2x", `${fullValue("a", 100).slice(0, 50)}`])(
    "is not %j",
    (value) => {
      expect(keyOf(value)).toBeUndefined();
    },
  );
});
