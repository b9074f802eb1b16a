import { describe, expect, test } from "vitest";
import { gatewayPaths } from "../src/paths.ts";

test.each([undefined, "", "/"])("the root %j is the whole machine", (root) => {
  expect(gatewayPaths(root)).toMatchObject({
    root: "/",
    gatewayCfg: "/etc/gateway-engine/Gateway.cfg",
    journal: "/var/lib/gateway-engine/journal.db",
    gweSocket: "/run/gateway-engine/gwe.sock",
    supervisorSocket: "/tmp/supervisord.sock",
  });
});

describe("another root", () => {
  const paths = gatewayPaths("/tmp/box//");

  test("holds everything", () => {
    expect(paths.root).toBe("/tmp/box");
    for (const path of Object.values(paths)) expect(path.startsWith("/tmp/box")).toBe(true);
    for (const path of Object.values(paths)) expect(path).not.toContain("//");
  });

  test("keeps the supervisor's socket out of the machine's /tmp", () => {
    expect(paths.supervisorSocket).toBe("/tmp/box/run/supervisord.sock");
  });
});
