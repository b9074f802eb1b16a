import { describe, expect, test } from "vitest";
import { advance } from "../../src/traffic/interface-counters.ts";
import { usageReport } from "../../src/traffic/usage-report.ts";
import { Desk, entry } from "./book.ts";

const INTERFACES = [
  { name: "lo", index: 1, received: 126_220, sent: 126_220 },
  { name: "eth0", index: 2, received: 98_765_432, sent: 1_234_567 },
];
const { state: COUNTERS } = advance(undefined, { boot: "a", bootDay: 9, day: 10, interfaces: INTERFACES });

function all(received: number, sent: number) {
  return { num: 0, tot_rx: received, max_rx: 0, tot_tx: sent, max_tx: 0 };
}

const NONE = { since_boot: all(126_220, 126_220), since_midnight: all(0, 0) };

describe("the usage report", () => {
  test("gives each interface its bytes, and what the applications had of them, also over restarts of the engine", () => {
    const desk = new Desk();
    const first = desk.open();
    first.record(entry({ purpose: "write:device_info", received: 200, sent: 3000 }));
    first.close();
    const second = desk.open();
    second.record(entry({ purpose: "write:device_info", received: 300, sent: 1000 }));
    second.record(entry({ application: "gmq", purpose: "forward", received: 1, sent: 2 }));
    expect(usageReport(COUNTERS, second.everything(), undefined)).toEqual({
      lo: { top_consumer: "", interface: NONE },
      eth0: {
        top_consumer: "gwe",
        interface: { since_boot: all(98_765_432, 1_234_567), since_midnight: all(0, 0) },
        gwe: { "write:device_info": { num: 2, tot_rx: 500, max_rx: 300, tot_tx: 4000, max_tx: 3000 } },
        gmq: { forward: { num: 1, tot_rx: 1, max_rx: 1, tot_tx: 2, max_tx: 2 } },
      },
    });
  });

  test("puts what does not say its interface where the server is reached", () => {
    const book = new Desk().open();
    book.record(entry({ interface: "" }));
    const { lo, eth0 } = usageReport(COUNTERS, book.everything(), "lo");
    expect([lo?.top_consumer, eth0?.top_consumer]).toEqual(["gwe", ""]);
  });

  test("does not take all that passed an interface for an application", () => {
    const book = new Desk().open();
    book.readInterfaces({ boot: "a", bootDay: 10, day: 10, interfaces: INTERFACES });
    expect(Object.keys(usageReport(COUNTERS, book.everything(), undefined)["eth0"] ?? {})).toEqual([
      "top_consumer",
      "interface",
    ]);
  });

  test("names the largest of two sources that were counted in two ways", () => {
    const book = new Desk().open();
    book.record(entry({ received: 7, exact: true }));
    book.record(entry({ received: 900, requests: 3, exact: false }));
    const { eth0 } = usageReport(COUNTERS, book.everything(), undefined);
    expect(eth0?.["gwe"]).toMatchObject({ timestamp: { num: 4, tot_rx: 907, max_rx: 300 } });
  });
});
