import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import type { AlertRules } from "@gateway-engine/protocol/alert-rules";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlertBook, bookOf, lookAt, type Readings, raisedIn } from "../../src/alerts/alert-book.ts";

const rules: AlertRules = {
  every: 60,
  hold: 0,
  limits: { disk: 90, memory: 90, temperature: 85, restarts: 5, queue: 10_000, certificate: 14 },
};

/** A gateway that is looked at once a second. */
class Gateway {
  book: AlertBook = [];
  at = 1000;

  look(readings: Readings, changed: Partial<AlertRules> = {}): readonly AlertEvent[] {
    this.at += 1000;
    const now = { at: this.at, monotonic: this.at - 500 };
    const outcome = lookAt(this.book, { readings, rules: { ...rules, ...changed }, ...now });
    this.book = outcome.book;
    return outcome.events;
  }
}

const full = { disk: [{ what: "/data", value: 93 }] };

test("each mount point has an alert of its own", () => {
  const gateway = new Gateway();
  const told = gateway.look({
    disk: [
      { what: "/", value: 40 },
      { what: "/data", value: 93 },
      { what: "/boot", value: 90 },
    ],
  });
  expect(told.map(({ what, state }) => [what, state])).toEqual([
    ["/data", "raised"],
    ["/boot", "raised"],
  ]);
  expect(told[0]).toEqual({
    kind: "disk",
    what: "/data",
    state: "raised",
    value: 93,
    limit: 90,
    at: 2000,
    message: "/data is nearly full: 93 % used (limit 90)",
  });
  expect(raisedIn(gateway.book)).toEqual(told);
});

test("what cannot be measured stays raised, what is gone is cleared", () => {
  const gateway = new Gateway();
  gateway.look(full);
  expect(gateway.look({})).toEqual([]);
  expect(raisedIn(gateway.book)).toHaveLength(1);
  expect(gateway.look({ disk: [] })).toMatchObject([
    { what: "/data", state: "cleared", value: null, message: "disk /data is not watched any more" },
  ]);
  expect(gateway.book).toEqual([]);
});

test("a kind that is switched off is cleared", () => {
  const gateway = new Gateway();
  gateway.look(full);
  expect(gateway.look(full, { limits: { memory: 90 } })).toMatchObject([{ kind: "disk", state: "cleared", limit: 90 }]);
  expect(gateway.look(full, { limits: { memory: 90 } })).toEqual([]);
});

test("what was raised before the engine was restarted is not raised again, and is cleared when it is over", () => {
  const gateway = new Gateway();
  gateway.book = bookOf(new Gateway().look(full));
  expect(gateway.look(full)).toEqual([]);
  expect(gateway.look({ disk: [{ what: "/data", value: 85 }] })).toMatchObject([{ state: "cleared", value: 85 }]);
});

describe("how far a value has to come back", () => {
  test.each([
    ["disk", "/", 90, 85.1, 85],
    ["memory", "memory", 91, 86, 85],
    ["temperature", "cpu", 85, 81, 80],
    ["restarts", "camera", 5, 3, 2],
    ["queue", "queue", 10_000, 5001, 5000],
    ["certificate", "/c.pem", 14, 14.5, 15],
  ] as const)("%s of %s: raised at %d, still at %d, cleared at %d", (kind, what, limit, still, cleared) => {
    const gateway = new Gateway();
    const states = [limit, still, cleared].flatMap((value) =>
      gateway.look({ [kind]: [{ what, value }] }).map(({ state }) => `${state} ${value}`),
    );
    expect(states).toEqual([`raised ${limit}`, `cleared ${cleared}`]);
  });
});

test("whatever is measured, and whatever fails, each alert is raised and cleared in turns", () => {
  const reading = fc.record({ what: fc.constantFrom("/", "/data"), value: fc.integer({ min: 0, max: 100 }) });
  const readings = fc.option(fc.uniqueArray(reading, { selector: ({ what }) => what }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(readings, { maxLength: 40 }), (looks) => {
      const gateway = new Gateway();
      const told = looks.flatMap((disk) => gateway.look(disk === undefined ? {} : { disk }));
      for (const what of ["/", "/data"]) {
        const states = told.filter((event) => event.what === what).map(({ state }) => state);
        expect(states).toEqual(states.map((_, index) => (index % 2 === 0 ? "raised" : "cleared")));
      }
    }),
  );
});
