/** Why an application is at the version that it is at: the chain of events, in words. */
import type { AppStatus, HistoryEntry } from "@gateway-engine/protocol/local-control";
import { timeOf } from "./printing.ts";

/**
 * @param orders those for the application, oldest first
 * @returns one sentence a line: where it stands, then what happened since the version in force was ordered
 */
export function whyLines(app: AppStatus, orders: readonly HistoryEntry[]): readonly string[] {
  const begin = orders.findLastIndex(({ state }) => state === "committed");
  const since = app.version === null ? orders : orders.slice(Math.max(0, begin));
  return [standing(app), ...since.map(orderSentence)];
}

function standing({ name, version, since, state }: AppStatus): string {
  if (version === null) return `${name} is not installed.`;
  const when = since === null ? "" : ` since ${timeOf(since)}`;
  return `${name}: version ${version} is in force${when}; ${PROGRAM_WORDS[state] ?? `its program is ${state}`}.`;
}

const PROGRAM_WORDS: Readonly<Record<string, string>> = {
  "no program": "it has no program",
  unknown: "no supervisor answers",
};

function orderSentence(order: HistoryEntry): string {
  const { verb, name, source, orderedAt } = order;
  const what = verb === "install" ? name : `${verb} of ${name}`;
  const by = source === "cloud" ? "by the cloud" : "on the gateway";
  return `${what} was ordered ${by} at ${timeOf(orderedAt)}${wayOf(order)}; ${endOf(order)}.`;
}

/** How far it came, as far as that needs saying. */
function wayOf({ steps }: HistoryEntry): string {
  const passed = new Set(steps.map(({ state }) => state));
  const way = WAY_WORDS.filter(([reached]) => passed.has(reached)).map(([, words]) => words);
  return way.map((words) => `, ${words}`).join("");
}

/** A state that was reached, and what was done before it. */
const WAY_WORDS: readonly (readonly [string, string])[] = [
  ["verified", "fetched"],
  ["installing", "checked"],
  ["switching", "its script succeeded"],
];

function endOf({ state, message, steps }: HistoryEntry): string {
  const at = steps.at(-1)?.at;
  const when = at === undefined ? "" : ` at ${timeOf(at)}`;
  switch (state) {
    case "committed":
      return `it came into force${when}`;
    case "done":
      return `done${when}: ${message}`;
    case "failed":
    case "rolled-back":
      return `it failed${when}: ${message}`;
    case "requested":
      return "it waits its turn";
    default:
      return `it is ${state} since ${at === undefined ? "then" : timeOf(at)}`;
  }
}
