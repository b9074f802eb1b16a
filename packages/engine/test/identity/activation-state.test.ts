import { describe, expect, test } from "vitest";
import {
  type ActivationEvent,
  type ActivationState,
  CONFIGURATION_POLL_MS,
  NOT_TRIED,
  nextActivation,
} from "../../src/identity/activation-state.ts";

const RETRY = { retryMs: 300_000 };
const PROVEN: ActivationState = { kind: "active", cik: "A", granted: "proven" };
const FRESH: ActivationState = { kind: "active", cik: "A", granted: 1000 };

const rows: readonly { what: string; from: ActivationState; event: ActivationEvent; to: ActivationState }[] = [
  { what: "a CIK in the file is taken to work", from: NOT_TRIED, event: { kind: "found", cik: "A" }, to: PROVEN },
  { what: "a grant is new", from: NOT_TRIED, event: { kind: "granted", cik: "A", at: 1000 }, to: FRESH },
  {
    what: "a refusal waits for the interval",
    from: NOT_TRIED,
    event: { kind: "denied", at: 5000 },
    to: { kind: "inactive", tryAt: 305_000 },
  },
  {
    what: "missing configuration is looked for again soon",
    from: NOT_TRIED,
    event: { kind: "unconfigured", at: 5000 },
    to: { kind: "inactive", tryAt: 5000 + CONFIGURATION_POLL_MS },
  },
  { what: "a fresh CIK that works is proven", from: FRESH, event: { kind: "accepted", cik: "A" }, to: PROVEN },
  { what: "another CIK's success proves nothing", from: FRESH, event: { kind: "accepted", cik: "B" }, to: FRESH },
  {
    what: "a proven CIK that is refused is replaced at once",
    from: PROVEN,
    event: { kind: "unauthorized", cik: "A", at: 7000 },
    to: { kind: "inactive", tryAt: 7000 },
  },
  {
    what: "a fresh CIK that is refused waits for the interval",
    from: FRESH,
    event: { kind: "unauthorized", cik: "A", at: 7000 },
    to: { kind: "inactive", tryAt: 301_000 },
  },
  {
    what: "a late refusal of an old CIK means nothing",
    from: PROVEN,
    event: { kind: "unauthorized", cik: "old", at: 7000 },
    to: PROVEN,
  },
  { what: "a denial while active means nothing", from: PROVEN, event: { kind: "denied", at: 7000 }, to: PROVEN },
];

describe("activation", () => {
  test.each(rows)("$what", ({ from, event, to }) => {
    expect(nextActivation(from, event, RETRY)).toEqual(to);
  });
});
