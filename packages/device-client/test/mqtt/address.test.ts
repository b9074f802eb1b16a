import { describe, expect, test } from "vitest";
import { parseMqttAddress } from "../../src/mqtt/address.ts";

describe("an MQTT address", () => {
  test.each([
    ["acme.m2.exosite.io", undefined, "mqtts://acme.m2.exosite.io:8883"],
    ["mqtts://acme.m2.exosite.io/", undefined, "mqtts://acme.m2.exosite.io:8883"],
    ["mqtts://acme.m2.exosite.io:443", undefined, "mqtts://acme.m2.exosite.io:443"],
    ["mqtts://acme.m2.exosite.io", 1883, "mqtts://acme.m2.exosite.io:1883"],
    ["mqtt://acme.m2.exosite.io/", undefined, "mqtts://acme.m2.exosite.io:8883"],
    ["mqtt://acme.m2.exosite.io", 443, "mqtts://acme.m2.exosite.io:443"],
    ["mqtt://127.0.0.1:1883", undefined, "mqtt://127.0.0.1:1883"],
    ["mqtt://127.0.0.1", 1883, "mqtt://127.0.0.1:1883"],
    ["mqtt://[::1]:1883", undefined, "mqtt://[::1]:1883"],
  ])("%s with port %s is %s", (text, port, url) => {
    expect(parseMqttAddress(text, port)).toMatchObject({ ok: true, value: { url, secure: url.startsWith("mqtts") } });
  });

  test("of IPv6 gives the host without its brackets", () => {
    expect(parseMqttAddress("mqtt://[::1]:1883")).toMatchObject({ value: { host: "::1", port: 1883 } });
  });

  test.each(["", "http://acme", "mqtt://", "mqtts://a/b", "mqtts://a:99999", "a b"])("is not %j", (text) => {
    expect(parseMqttAddress(text).ok).toBe(false);
  });
});
