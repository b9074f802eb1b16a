import fc from "fast-check";
import { expect, test } from "vitest";
import { type ListenerEvent, type ListenerState, next, SILENT } from "../../src/listeners/protocol.ts";

interface Row {
  readonly what: string;
  readonly from: ListenerState;
  readonly event: ListenerEvent;
  readonly to: ListenerState["name"];
  readonly does?: string;
}

const acknowledged: ListenerState = { name: "ACKNOWLEDGED", said: "" };
const ready: ListenerState = { name: "READY" };
const busy: ListenerState = { name: "BUSY", said: "", answer: undefined };
const said = (text: string): ListenerEvent => ({ kind: "said", text });

const rows: readonly Row[] = [
  { what: "a new run begins anew", from: SILENT, event: { kind: "started" }, to: "ACKNOWLEDGED" },
  { what: "it is ready", from: acknowledged, event: said("READY\n"), to: "READY" },
  { what: "half of READY is waited for", from: acknowledged, event: said("REA"), to: "ACKNOWLEDGED" },
  { what: "its other half", from: { name: "ACKNOWLEDGED", said: "REA" }, event: said("DY\n"), to: "READY" },
  { what: "anything else instead of READY", from: acknowledged, event: said("hello\n"), to: "UNKNOWN" },
  { what: "a print of the program before READY", from: acknowledged, event: said("x\nREADY\n"), to: "UNKNOWN" },
  { what: "more after READY", from: acknowledged, event: said("READY\nR"), to: "UNKNOWN" },
  { what: "READY twice", from: ready, event: said("READY\n"), to: "UNKNOWN" },
  { what: "an event is sent to it", from: ready, event: { kind: "sent" }, to: "BUSY" },
  { what: "nothing said changes nothing", from: ready, event: said(""), to: "READY" },
  { what: "OK", from: busy, event: said("RESULT 2\nOK"), to: "ACKNOWLEDGED", does: "accepted" },
  { what: "OK and READY at once", from: busy, event: said("RESULT 2\nOKREADY\n"), to: "READY", does: "accepted" },
  { what: "FAIL", from: busy, event: said("RESULT 4\nFAIL"), to: "ACKNOWLEDGED", does: "rejected" },
  { what: "another answer", from: busy, event: said("RESULT 5\nOKAY!"), to: "ACKNOWLEDGED", does: "rejected" },
  {
    what: "an answer that only begins with OK",
    from: busy,
    event: said("RESULT 3\nOK\n"),
    to: "ACKNOWLEDGED",
    does: "rejected",
  },
  { what: "an empty answer", from: busy, event: said("RESULT 0\nREADY\n"), to: "READY", does: "rejected" },
  { what: "blanks around the length", from: busy, event: said("RESULT  2 \nOK"), to: "ACKNOWLEDGED", does: "accepted" },
  {
    what: "a length that is none",
    from: busy,
    event: said("RESULT x\nOK"),
    to: "UNKNOWN",
    does: "misunderstood RESULT x",
  },
  { what: "a negative length", from: busy, event: said("RESULT -1\n"), to: "UNKNOWN", does: "misunderstood RESULT -1" },
  { what: "READY instead of a result", from: busy, event: said("READY\n"), to: "UNKNOWN", does: "misunderstood READY" },
  { what: "too much of an answer", from: busy, event: said("RESULT 2\nOKAYREADY\n"), to: "UNKNOWN", does: "accepted" },
  { what: "half of a head is waited for", from: busy, event: said("RESU"), to: "BUSY" },
  { what: "half of an answer is waited for", from: busy, event: said("RESULT 2\nO"), to: "BUSY" },
  { what: "words after nonsense", from: SILENT, event: said("READY\n"), to: "UNKNOWN" },
];

test.each(rows)("$what: $from.name -> $to", ({ from, event, to, does = "" }) => {
  const { state, effects } = next(from, event);
  expect(state.name).toBe(to);
  expect(effects.map(describeEffect).join(", ")).toBe(does);
});

test("a head without end is not collected for ever", () => {
  const { state, effects } = next(busy, said("x".repeat(2000)));
  expect(state.name).toBe("UNKNOWN");
  expect(effects.map(({ kind }) => kind)).toEqual(["misunderstood"]);
});

test("of an answer of any length no more is kept than tells OK from everything else", () => {
  const { state } = next(busy, said(`RESULT 1000000\n${"y".repeat(999_999)}`));
  expect(JSON.stringify(state).length).toBeLessThan(100);
  expect(next(state, said("y")).state.name).toBe("ACKNOWLEDGED");
});

test("whatever the chunks, a conversation ends the same", () => {
  const word = fc.constantFrom("READY\n", "RESULT 2\nOK", "RESULT 4\nFAIL", "RESULT 0\n", "x", "RESULT z\n");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), fc.array(fc.nat(30), { maxLength: 8 }), (words, cuts) => {
      const whole = words.join("");
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((to, index) => whole.slice(places[index], to));
      expect(converse(pieces)).toEqual(converse([whole]));
    }),
    { numRuns: 1000 },
  );
});

/** Said by a listener that has an event. */
function converse(pieces: readonly string[]): unknown {
  const done: string[] = [];
  let state: ListenerState = busy;
  for (const piece of pieces) {
    const step = next(state, said(piece));
    done.push(...step.effects.map(describeEffect));
    state = step.state;
  }
  return { state, done };
}

function describeEffect(effect: ReturnType<typeof next>["effects"][number]): string {
  if (effect.kind === "misunderstood") return `misunderstood ${effect.line}`;
  return effect.accepted ? "accepted" : "rejected";
}
