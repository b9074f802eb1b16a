import { TransportError } from "@gateway-engine/core/errors";
import type { HistoryEntry, InstallProgress } from "@gateway-engine/protocol/local-control";
import { expect, test } from "vitest";
import { toTheEnd } from "../../src/control/to-the-end.ts";

const NAME = "gwe.v2.tar.gz";
const { signal } = new AbortController();

function gone(): TransportError {
  return new TransportError("E_UNREACHABLE", { server: "gwe.sock", reason: "the connection was closed" });
}

async function* brokenOff(): AsyncGenerator<InstallProgress> {
  yield { kind: "state", name: NAME, state: "switching", message: "" };
  throw gone();
}

function entry(state: string, source: HistoryEntry["source"] = "local"): HistoryEntry {
  return { id: "i", verb: "install", name: NAME, source, orderedAt: 1, state, message: `it is ${state}`, steps: [] };
}

/** Answers of the engines that come after; undefined: none answers. */
async function follow(looks: readonly (readonly HistoryEntry[] | undefined)[]) {
  let now = 0;
  const left = [...looks];
  const clock = {
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const history = async () => {
    const orders = left.shift();
    if (orders === undefined) throw gone();
    return { orders };
  };
  const seen: InstallProgress[] = [];
  const watched = { steps: brokenOff(), titles: [NAME], engine: { history }, clock, signal };
  for await (const step of toTheEnd(watched)) seen.push(step);
  return seen;
}

test.each([
  ["committed", true],
  ["rolled-back", false],
])("an engine that ends is followed to the end in the journal of the next: %s", async (end, ok) => {
  expect(await follow([undefined, [entry("probation")], [entry("probation")], [entry(end)]])).toEqual([
    { kind: "state", name: NAME, state: "switching", message: "" },
    { kind: "state", name: NAME, state: "probation", message: "it is probation" },
    { kind: "state", name: NAME, state: end, message: `it is ${end}` },
    { kind: "done", name: NAME, ok, message: `it is ${end}` },
  ]);
});

test("what the cloud has ordered is another's", async () => {
  const seen = await follow([[entry("committed", "cloud")], [entry("failed"), entry("committed", "cloud")]]);
  expect(seen.at(-1)).toMatchObject({ kind: "done", ok: false });
});

test("an engine that does not come back is not waited for for ever", async () => {
  await expect(follow([])).rejects.toMatchObject({ code: "E_UNREACHABLE" });
});
