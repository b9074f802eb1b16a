import { parseFormBytes } from "@gateway-engine/protocol/form";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRESH_GMQ_CFG, parseGmqCfg } from "../../../src/config/gmq-cfg.ts";
import type { MqttCfg } from "../../../src/intake/mqtt/mqtt-cfg.ts";
import { type Route, routeOf } from "../../../src/intake/mqtt/route.ts";

const RULES = `
[mqtt:sensors]
topic = sensors/+/temperature
device = {1}
product = weather
alias = temperature
priority = high
ttl = 60

[mqtt:config]
topic = lamps/#
retain = yes
ignore = yes

[mqtt:lamps]
topic = lamps/+/#
device = lamp-{1}
product = exosite lamp
alias = {2}-of-{1}

[mqtt:zigbee]
topic = zigbee2mqtt/+
format = json
alias = {1}.{key}

[mqtt:first]
topic = meter
alias = first

[mqtt:second]
topic = meter
alias = second
`;

function cfgOf(text: string): MqttCfg {
  const parsed = parseGmqCfg(text);
  if (!parsed.ok) throw new Error(parsed.problem.problem);
  return parsed.value.mqtt;
}

const PLAIN = cfgOf(FRESH_GMQ_CFG);
const RULED = cfgOf(RULES);

function route(cfg: MqttCfg, topic: string, payload: string, retain = false): Route {
  return routeOf({ topic, payload: Buffer.from(payload), retain }, cfg);
}

/** What is queued, as `<device> <kind> <alias>: <body>` for each submission. */
function queued(route: Route): readonly string[] {
  if (route.kind !== "queue") return [route.kind];
  const { device, submissions } = route;
  const who = device === undefined ? "self" : `${device.vendor}/${device.model}/${device.serial}`;
  return submissions.map(({ kind, alias, body }) => `${who} ${kind} ${alias}: ${body}`);
}

describe("without rules", () => {
  test.each([
    ["temperature", "21.5", ["self write : temperature=21.5"]],
    ["sensors/cellar", "a&b=1%+", ["self write : sensors%2Fcellar=a%26b%3D1%25%2B"]],
    ["empty", "", ["self write : empty="]],
    ["zigbee2mqtt/0x00158d", '{"t":1}', ["self write : zigbee2mqtt%2F0x00158d=%7B%22t%22%3A1%7D"]],
    ["zigbee2mqtt/bridge/state", "online", ["local"]],
    ["zigbee2mqtt/lamp/set", "ON", ["local"]],
    ["homeassistant/sensor/x/config", "{}", ["local"]],
    ["local/x", "1", ["local"]],
    ["local", "1", ["local"]],
    ["$resource/temperature", "21.5", ["self write : temperature=21.5"]],
    ["$resource/a/b", "1", ["self write : a%2Fb=1"]],
    ["$resource/", "1", ["local"]],
    ["$provision/", "", ["local"]],
    ["$other", "1", ["local"]],
    [
      "$resource.batch",
      '[{"timestamp":1538080072997000,"values":{"a":1,"b":"x y"}},{"timestamp":1538080073,"values":{"a":{"c":null}}}]',
      [
        "self record a: 1538080072.997000=1&1538080073.000000=%7B%22c%22%3Anull%7D",
        "self record b: 1538080072.997000=x+y",
      ],
    ],
  ])("%s with %j", (topic, payload, expected) => {
    expect(queued(route(PLAIN, topic, payload))).toEqual(expected);
  });

  test("an empty retained message takes the retained one away, and is no value", () => {
    expect(route(PLAIN, "t", "", true)).toEqual({ kind: "local" });
  });

  test("$provision/<serial number> asks for a token", () => {
    expect(route(PLAIN, "$provision/my device", "")).toEqual({ kind: "provision", serial: "my device" });
  });

  test.each([["rubbish"], ['{"timestamp":1}'], ['[{"timestamp":-5,"values":{"a":1}}]']])(
    "a batch of %j is queued as it came, with a problem to tell",
    (payload) => {
      const found = route(PLAIN, "$resource.batch", payload);
      expect(found).toMatchObject({ problem: expect.any(String) });
      expect(queued(found)).toHaveLength(1);
      expect(queued(found)[0]).toMatch(/^self write : %24resource.batch=/);
    },
  );

  test("any topic and any bytes arrive as they were", () => {
    const topic = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !/^\$|^local(\/|$)/.test(text));
    fc.assert(
      fc.property(topic, fc.uint8Array({ maxLength: 300 }), (name, payload) => {
        const found = routeOf({ topic: name, payload, retain: false }, PLAIN);
        const body = found.kind === "queue" ? (found.submissions[0]?.body ?? "") : "";
        expect(parseFormBytes(body)).toEqual([{ name, value: payload }]);
      }),
    );
  });
});

describe("with rules", () => {
  test.each([
    ["sensors/cellar/temperature", "8", false, ["weather/weather/cellar write : temperature=8"]],
    ["sensors/cellar/humidity", "8", false, ["self write : sensors%2Fcellar%2Fhumidity=8"]],
    ["lamps/1/state", "ON", true, ["local"]],
    ["lamps/1/state/now", "ON", false, ["exosite/lamp/lamp-1 write : state%2Fnow-of-1=ON"]],
    ["meter", "1", false, ["self write : first=1"]],
    [
      "zigbee2mqtt/0x1",
      '{"temperature":21.5,"on":true,"name":"a b","battery":null,"c":{"h":[1]}}',
      false,
      ["self write : 0x1.temperature=21.5&0x1.on=true&0x1.name=a+b&0x1.c=%7B%22h%22%3A%5B1%5D%7D"],
    ],
    ["zigbee2mqtt/0x1", "{}", false, []],
    ["zigbee2mqtt/0x1", '{"a":null}', false, []],
  ])("%s with %j, retained: %s", (topic, payload, retain, expected) => {
    expect(queued(route(RULED, topic, payload, retain))).toEqual(expected);
  });

  test("a rule says how urgent a value is and how long it is worth something", () => {
    expect(route(RULED, "sensors/a/temperature", "8")).toMatchObject({
      submissions: [{ priority: "high", ttlMs: 60_000 }],
    });
  });

  test.each([
    ["zigbee2mqtt/0x1", "online"],
    ["zigbee2mqtt/0x1", "[1]"],
    ["zigbee2mqtt/0x1", '{"a":'],
    ["sensors//temperature", "8"],
  ])(
    "%s with %j, which the rule cannot be used for, is queued as it came, with a problem to tell",
    (topic, payload) => {
      const found = route(RULED, topic, payload);
      expect(found).toMatchObject({ kind: "queue", device: undefined, problem: expect.any(String) });
      expect(queued(found)[0]).toContain(encodeURIComponent(topic));
    },
  );
});
