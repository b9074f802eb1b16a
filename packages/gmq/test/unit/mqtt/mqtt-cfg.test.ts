import { describe, expect, test } from "vitest";
import { parseGmqCfg } from "../../../src/config/gmq-cfg.ts";
import type { MqttCfg } from "../../../src/intake/mqtt/mqtt-cfg.ts";

function mqttOf(text: string): MqttCfg {
  const parsed = parseGmqCfg(text);
  if (!parsed.ok) throw new Error(parsed.problem.problem);
  return parsed.value.mqtt;
}

describe("the sections for MQTT in gmq.cfg", () => {
  test("take MQTT in on loopback when nothing is said, and keep home automation's own messages local", () => {
    const { listen, local, product, rules } = mqttOf("");
    expect({ listen, product, rules }).toEqual({
      listen: { host: "127.0.0.1", port: 1883 },
      product: undefined,
      rules: [],
    });
    expect(local.map(({ text }) => text)).toContain("homeassistant/#");
  });

  test.each([
    ["off", "off"],
    ["OFF", "off"],
    ["[::1]:0", { host: "::1", port: 0 }],
  ])("listen = %s", (text, listen) => {
    expect(mqttOf(`[mqtt]\nlisten = ${text}`).listen).toEqual(listen);
  });

  test("topics of local may be spread over lines, and there may be none", () => {
    expect(mqttOf("[mqtt]\nlocal = a/#  b\n  +/c").local.map(({ text }) => text)).toEqual(["a/#", "b", "+/c"]);
    expect(mqttOf("[mqtt]\nlocal =").local).toEqual([]);
  });

  test("rules keep the order of the file", () => {
    const text =
      "[mqtt:b]\ntopic = b\n[unq]\n[mqtt:a]\ntopic = a\nignore = yes\nretain = no\nttl = 0.5\npriority = HIGH";
    expect(mqttOf(text).rules).toMatchObject([
      { topic: { text: "b" }, ignore: false, retain: undefined, priority: "normal", ttlMs: undefined, format: "value" },
      { topic: { text: "a" }, ignore: true, retain: false, priority: "high", ttlMs: 500 },
    ]);
  });

  test.each([
    ["weather", { vendor: "weather", model: "weather" }],
    ["exosite station", { vendor: "exosite", model: "station" }],
  ])("product = %s", (product, expected) => {
    const [rule] = mqttOf(`[mqtt:x]\ntopic = +\ndevice = s-{1}\nproduct = ${product}`).rules;
    expect(rule?.device).toEqual({ product: expected, serial: ["s-", { place: 1 }] });
  });

  test.each([
    ["[mqtt]\nlisten = 1883", 2, /listen/],
    ["[mqtt]\nlocal = a/#/b", 2, /local/],
    ["[mqtt]\nproduct = a b c", 2, /product/],
    ["[mqtt:x]\nalias = y", 1, /\[mqtt:x\] has no option topic/],
    ["[mqtt:x]\ntopic = a#", 2, /topic/],
    ["[mqtt:x]\ntopic = a\ntopik = b", 3, /topik is no option of \[mqtt:x\]/],
    ["[mqtt:x]\ntopic = +\n\nalias = {2}", 4, /alias is "\{2\}".*\{1\}, \{topic\}/],
    ["[mqtt:x]\ntopic = +\nalias = {key}", 3, /alias/],
    ["[mqtt:x]\ntopic = +\nalias =", 3, /alias/],
    ["[mqtt:x]\ntopic = +\nformat = xml", 3, /format/],
    ["[mqtt:x]\ntopic = +\nformat = json\nalias = {1}", 4, /\{key\}/],
    ["[mqtt:x]\ntopic = +\ndevice = {1}", 3, /device needs the option product/],
    ["[mqtt:x]\ntopic = +\nretain = maybe", 3, /retain/],
    ["[mqtt:x]\ntopic = +\nignore = maybe", 3, /ignore/],
    ["[mqtt:x]\ntopic = +\npriority = urgent", 3, /priority/],
    ["[mqtt:x]\ntopic = +\nttl = 0", 3, /ttl/],
  ])("%j is refused with its line and option", (text, line, problem) => {
    const parsed = parseGmqCfg(text);
    expect(parsed).toMatchObject({ ok: false, problem: { line } });
    expect(!parsed.ok && parsed.problem.problem).toMatch(problem);
  });
});
