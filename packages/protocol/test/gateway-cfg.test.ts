import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_ACTIVATION_RETRY_SECONDS,
  FRESH_GATEWAY_CFG,
  GATEWAY_CFG_KEYS,
  type GatewayCfg,
  parseGatewayCfg,
  withGatewayCfgValue,
} from "../src/gateway-cfg.ts";

const EMPTY: GatewayCfg = {
  cik: "",
  model: "",
  vendor: "",
  uuid: "",
  iface: "",
  activationRetryInterval: DEFAULT_ACTIVATION_RETRY_SECONDS,
};

test("a fresh file is the original's, byte for byte", () => {
  expect(FRESH_GATEWAY_CFG).toBe("[device]\ncik = ''\nmodel = ''\nvendor = ''\nuuid = ''\niface = ''\n\n");
  expect(Buffer.byteLength(FRESH_GATEWAY_CFG)).toBe(63);
});

describe("reading", () => {
  test.each([
    ["a fresh file", FRESH_GATEWAY_CFG, {}],
    ["an empty file", "", {}],
    [
      "the README's file",
      "[device]\ncik = f1d4f10f3ca413caa08bba34c91d095d010bcd32\nmodel = GatewayEngine_V1\nvendor = gateway-engine-demo\nuuid = 00:2F:AC:43:55:A0\niface = eth0\n",
      {
        cik: "f1d4f10f3ca413caa08bba34c91d095d010bcd32",
        model: "GatewayEngine_V1",
        vendor: "gateway-engine-demo",
        uuid: "00:2F:AC:43:55:A0",
        iface: "eth0",
      },
    ],
    ["lines without a header", "cik = ''\nvendor = acme\n", { vendor: "acme" }],
    ["an interval with a fraction", "[device]\nactivation_retry_interval = 0.5\n", { activationRetryInterval: 0.5 }],
    ["what belongs to others", "[device]\nwatchlist = a\n[app]\nx = 1\n", {}],
  ])("takes %s", (_what, text, values) => {
    expect(parseGatewayCfg(text)).toEqual({ ok: true, value: { ...EMPTY, ...values } });
  });

  test.each(["0", "-1", "soon", "''", "inf"])("refuses the interval %j and names its line", (value) => {
    const parsed = parseGatewayCfg(`[device]\n\nactivation_retry_interval = ${value}\n`);
    expect(parsed).toMatchObject({ ok: false, problem: { line: 3 } });
  });

  test("passes the line of a syntax error on", () => {
    expect(parseGatewayCfg("[device]\nnonsense\n")).toMatchObject({ ok: false, problem: { line: 2 } });
  });
});

describe("changing one value", () => {
  test("leaves the rest as it was, and stores nothing as ''", () => {
    const text = "# my gateway\n[device]\ncik = ''\nuuid = 1\n";
    expect(withGatewayCfgValue(text, "cik", "abc")).toBe("# my gateway\n[device]\ncik = abc\nuuid = 1\n");
    expect(withGatewayCfgValue(text, "uuid", "")).toBe("# my gateway\n[device]\ncik = ''\nuuid = ''\n");
  });

  test("gives a file without the header its header", () => {
    expect(withGatewayCfgValue("cik = ''\nuuid = 1\n", "cik", "abc")).toBe("[device]\ncik = abc\nuuid = 1\n");
  });

  test("is read back, for any text that a serial number may be", () => {
    const serial = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    fc.assert(
      fc.property(fc.constantFrom(...GATEWAY_CFG_KEYS), serial, (key, value) => {
        fc.pre(value !== "''");
        const parsed = parseGatewayCfg(withGatewayCfgValue(FRESH_GATEWAY_CFG, key, value));
        expect(parsed).toEqual({ ok: true, value: { ...EMPTY, [key]: value } });
      }),
    );
  });
});
