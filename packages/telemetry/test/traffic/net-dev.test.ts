import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defaultInterface, parseNetDev } from "../../src/traffic/net-dev.ts";

const ROUTE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
ppp0	00000000	0101A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;

const IPV6_ROUTE = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003    wlan0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

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
