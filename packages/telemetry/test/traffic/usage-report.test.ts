import { readFileSync } from "node:fs";
import { nodeFiles } from "@gateway-engine/platform/files";
import { describe, expect, test } from "vitest";
import { defaultInterface, parseNetDev } from "../../src/traffic/net-dev.ts";
import { MAX_SOURCES_PER_GROUP, OTHER_SOURCES, UsageLedger } from "../../src/traffic/usage-ledger.ts";
import { readUsageReport } from "../../src/traffic/usage-report.ts";
import { fakeRoot } from "../helpers.ts";

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  126220    1170    0    0    0     0          0         0   126220    1170    0    0    0     0       0          0
  eth0:98765432   10000    0    0    0     0          0         0  1234567    9000    0    0    0     0       0          0
`;

const ROUTE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
ppp0	00000000	0101A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;

const IPV6_ROUTE = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003    wlan0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

function countedLedger(): UsageLedger {
  const ledger = new UsageLedger();
  ledger.count({ group: "gwe", source: "write:device_info", received: 200, sent: 3000 });
  ledger.count({ group: "gwe", source: "write:device_info", received: 300, sent: 1000 });
  ledger.count({ group: "gmq", source: "record", received: 1, sent: 2 });
  return ledger;
}

function report(server: string, files: Readonly<Record<string, string>>) {
  return readUsageReport({ files: nodeFiles, root: fakeRoot(files), ledger: countedLedger() }, server);
}

describe("the usage report", () => {
  const files = { "proc/net/dev": NET_DEV, "proc/net/route": ROUTE, "proc/net/ipv6_route": IPV6_ROUTE };

  test("gives each interface its bytes, and the one towards the server what the requests had of them", async () => {
    expect(await report("https://fleet.example.com", files)).toEqual({
      lo: {
        top_consumer: "",
        interface: { since_boot: { num: 0, tot_rx: 126_220, max_rx: 0, tot_tx: 126_220, max_tx: 0 } },
      },
      eth0: {
        top_consumer: "gwe",
        interface: { since_boot: { num: 0, tot_rx: 98_765_432, max_rx: 0, tot_tx: 1_234_567, max_tx: 0 } },
        gwe: { "write:device_info": { num: 2, tot_rx: 500, max_rx: 300, tot_tx: 4000, max_tx: 3000 } },
        gmq: { record: { num: 1, tot_rx: 1, max_rx: 1, tot_tx: 2, max_tx: 2 } },
      },
    });
  });

  test("counts requests to a server on this machine under lo", async () => {
    const { lo, eth0 } = await report("http://127.0.0.1:8080", files);
    expect(lo?.top_consumer).toBe("gwe");
    expect(eth0?.top_consumer).toBe("");
  });

  test("is empty, and no error, where the kernel lists no interfaces", async () => {
    expect(await report("http://x", {})).toEqual({});
  });
});

test("the default route with the smallest metric counts, IPv4 first", () => {
  expect(defaultInterface(ROUTE, IPV6_ROUTE)).toBe("eth0");
  expect(defaultInterface("", IPV6_ROUTE)).toBe("wlan0");
  expect(defaultInterface("", "")).toBeUndefined();
});

test("this machine's own counters are read", () => {
  const lo = parseNetDev(readFileSync("/proc/net/dev", "utf8")).find(({ name }) => name === "lo");
  expect(lo?.received).toBe(lo?.sent);
});

test("an interface's first number may stand right after the colon", () => {
  expect(parseNetDev("eth0:12 1 0 0 0 0 0 0 34 1 0 0 0 0 0 0\n")).toEqual([{ name: "eth0", received: 12, sent: 34 }]);
});

test("a ledger does not grow without end, and loses no byte", () => {
  const ledger = new UsageLedger();
  for (let index = 0; index < MAX_SOURCES_PER_GROUP + 50; index += 1) {
    ledger.count({ group: "gwe", source: `get_content:${index}`, received: 1, sent: 0 });
  }
  const sources = ledger.totals()["gwe"] ?? {};
  expect(Object.keys(sources)).toHaveLength(MAX_SOURCES_PER_GROUP + 1);
  expect(sources[OTHER_SOURCES]?.num).toBe(50);
});
