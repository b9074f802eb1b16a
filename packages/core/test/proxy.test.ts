import { describe, expect, test } from "vitest";
import { oneProxy, proxyFor, proxyRulesFrom, shownProxy } from "../src/proxy.ts";

const PROXY = "http://proxy.example.com:3128";

describe("the environment", () => {
  test.each([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: PROXY }, undefined, `${PROXY}/`],
    [{ HTTP_PROXY: PROXY }, `${PROXY}/`, undefined],
    [{ https_proxy: PROXY, HTTPS_PROXY: "http://other" }, undefined, `${PROXY}/`],
    [{ https_proxy: "", HTTPS_PROXY: PROXY }, undefined, `${PROXY}/`],
    [{ HTTPS_PROXY: "proxy.example.com:3128" }, undefined, `${PROXY}/`],
    [{ NO_PROXY: "*" }, undefined, undefined],
  ])("%j names for http:// %s and for https:// %s", (environment, http, https) => {
    const rules = proxyRulesFrom(environment);
    expect([rules?.http?.href, rules?.https?.href]).toEqual([http, https]);
  });

  test.each([
    "socks5://proxy:1080",
    "https://proxy",
    "http://",
    "http://u:secret@[bad",
    "u:se/secret@proxy:99999",
    "http://u:secret%@proxy",
  ])("%s is not usable", (address) => {
    expect(() => proxyRulesFrom({ HTTPS_PROXY: address })).toThrow(
      /the environment: HTTPS_PROXY is .*must be an HTTP proxy/,
    );
    expect(() => proxyRulesFrom({ HTTPS_PROXY: address })).not.toThrow(/secret/);
  });
});

test.each([
  ["https://fleet.example.com/", "", true],
  ["https://fleet.example.com/", "example.com", false],
  ["https://fleet.example.com/", ".example.com", false],
  ["https://fleet.example.com/", "*.example.com", false],
  ["https://fleet.example.com/", "other.com FLEET.example.com", false],
  ["https://fleet.example.com/", "other.com,example.com", false],
  ["https://notexample.com/", "example.com", true],
  ["https://fleet.example.com/", "*", false],
  ["https://fleet.example.com/", "fleet.example.com:443", false],
  ["https://fleet.example.com:8443/", "fleet.example.com:443", true],
  ["http://10.0.0.7/", "10.0.0.7", false],
  ["http://[fd00::7]/", "fd00::7", false],
  ["http://[fd00::7]:81/", "[fd00::7]:81", false],
  ["http://localhost:8080/", "", false],
  ["http://127.0.0.1:8090/", "", false],
  ["http://[::1]:8090/", "", false],
])("%s with NO_PROXY=%j goes through the proxy: %s", (address, except, through) => {
  const rules = proxyRulesFrom({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: except });
  if (rules === undefined) throw new Error("a proxy is set");
  expect(proxyFor(new URL(address), rules) !== undefined).toBe(through);
});

test("one proxy is for both schemes", () => {
  const rules = oneProxy(PROXY, { file: "x.cfg", key: "proxy" });
  for (const scheme of ["http", "https"]) {
    expect(proxyFor(new URL(`${scheme}://fleet.example.com`), rules)?.origin).toBe(PROXY);
  }
});

test.each([
  ["http://user:secret@proxy:3128", "http://user:***@proxy:3128"],
  ["http://user@proxy:3128", "http://user@proxy:3128"],
  ["http://proxy", "http://proxy"],
])("%s is shown as %s", (address, shown) => {
  expect(shownProxy(new URL(address))).toBe(shown);
});
