import type { TrafficAnswer, TrafficGrouping, TrafficRowAnswer } from "@gateway-engine/protocol/local-control";
import { classByName } from "./interface-class.ts";
import { WHOLE_INTERFACE } from "./traffic-entry.ts";
import type { PartyTotals } from "./traffic-store.ts";

type Rows = TrafficAnswer["rows"];

/**
 * Puts what parties sent and received together, the most first.
 *
 * By application and by purpose it is what the applications' connections carried; by interface and by class it is all
 * that passed, whoever sent it.
 */
export function grouped(
  parties: readonly PartyTotals[],
  by: TrafficGrouping,
  classes: ReadonlyMap<string, string>,
): Rows {
  const isOfInterfaces = by === "interface" || by === "class";
  const rows = new Map<string, TrafficRowAnswer>();
  for (const party of parties) {
    if ((party.application === WHOLE_INTERFACE) !== isOfInterfaces) continue;
    const interfaceClass = classes.get(party.interface) ?? classByName(party.interface);
    const key = KEYS[by](party, interfaceClass);
    const name = key.join("\n");
    rows.set(name, sum(rows.get(name) ?? { key, ...NOTHING }, party));
  }
  return [...rows.values()].toSorted((one, other) => bytes(other) - bytes(one));
}

const KEYS: Readonly<Record<TrafficGrouping, (party: PartyTotals, interfaceClass: string) => readonly string[]>> = {
  app: ({ application }) => [application],
  purpose: ({ application, purpose }) => [application, purpose],
  interface: (party, interfaceClass) => [party.interface, interfaceClass],
  class: (_, interfaceClass) => [interfaceClass],
};

const NOTHING = { requests: 0, received: 0, sent: 0, wireReceived: 0, wireSent: 0, exact: true };

function sum(row: TrafficRowAnswer, party: PartyTotals): TrafficRowAnswer {
  return {
    key: row.key,
    requests: row.requests + party.requests,
    received: row.received + party.received,
    sent: row.sent + party.sent,
    wireReceived: row.wireReceived + party.wireReceived,
    wireSent: row.wireSent + party.wireSent,
    exact: row.exact && party.exact,
  };
}

function bytes({ received, sent }: TrafficRowAnswer): number {
  return received + sent;
}
