import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEngineFetch } from "../src/engine-fetch.ts";
import { MAX_ORDERS } from "../src/engine-orders.ts";

const VERBS = ["install", "uninstall", "rollback", "restart", "stop", "start", "reboot", "run"] as const;
const SHA256 = "0123456789abcdefABCDEF".padEnd(64, "0");

test("the original's command is read", () => {
  expect(parseEngineFetch('{"install": [{"name": "app.v1.tar.gz"}, {"name":"b.v2.tar.gz"}]}')).toEqual({
    ok: true,
    value: {
      orders: [
        { verb: "install", name: "app.v1.tar.gz" },
        { verb: "install", name: "b.v2.tar.gz" },
      ],
    },
  });
});

test("digest, size and deployment are read, and what else there is is left out", () => {
  const item = { name: "a.v1.tar.gz", sha256: SHA256, size: 12, deployment: "d1", colour: "blue" };
  expect(parseEngineFetch(JSON.stringify({ install: [item] }))).toEqual({
    ok: true,
    value: {
      orders: [{ verb: "install", name: "a.v1.tar.gz", sha256: SHA256.toLowerCase(), size: 12, deployment: "d1" }],
    },
  });
});

test.each([
  ["", /^not JSON: /],
  ["install", /^not JSON: /],
  ["[]", /expected an object like .*, got \[\]/],
  ["null", /expected an object .*, got null/],
  ["{}", /expected an object like .*, got \{\}/],
  ['{"install": "app"}', /"install" must be a list .*, got "app"/],
  ['{"install": []}', /"install" is an empty list/],
  ['{"install": ["app"]}', /install\[0\] must be an object .*, got "app"/],
  ['{"install": [{"name": "a"}, {}]}', /install\[1\]\.name must be a file name, got nothing/],
  ['{"install": [{"name": ""}]}', /install\[0\]\.name must be a file name, got ""/],
  ['{"install": [{"name": "a", "sha256": "12"}]}', /sha256 must be 64 hexadecimal digits, got "12"/],
  ['{"install": [{"name": "a", "size": -1}]}', /size must be a number of bytes, got -1/],
  ['{"install": [{"name": "a", "size": 1.5}]}', /size must be a number of bytes, got 1\.5/],
  ['{"install": [{"name": "a", "deployment": 7}]}', /deployment must be a text/],
  ['{"remove": []}', /this release knows the verbs install, uninstall, .*, reboot, not "remove"/],
  ['{"install": [{"name": "a.v1.tar.gz"}], "Restart": [{"name": "a"}]}', /not "Restart"/],
  ['{"__proto__": [{"name": "a"}]}', /not "__proto__"/],
  ['{"restart": {"name": "a"}}', /"restart" must be a list like \[\{"name": "app"\}\], got \{"name":"a"\}/],
  ['{"restart": ["a"]}', /restart\[0\] must be an object like \[\{"name": "app"\}\], got "a"/],
  ['{"stop": [{"name": "a"}, {"name": "../a"}]}', /stop\[1\]\.name must be the name of an application, got "\.\.\/a"/],
  ['{"start": [{"name": "."}]}', /start\[0\]\.name must be the name of an application/],
  ['{"rollback": [{"name": "a.v1.tar.gz"}]}', /rollback\[0\]\.name must be the name of an application/],
  ['{"rollback": [{"name": "a", "deployment": 1}]}', /rollback\[0\]\.deployment must be a text/],
  ['{"uninstall": [{"name": "a", "purge": "yes"}]}', /uninstall\[0\]\.purge must be true or false, got "yes"/],
  ['{"uninstall": [{"name": "a", "force": 1}]}', /uninstall\[0\]\.force must be true or false, got 1/],
  ['{"reboot": false}', /"reboot" must be true or .*, got false/],
  ['{"reboot": [{}]}', /"reboot" must be true or .*, got \[\{\}\]/],
  ['{"reboot": {"deployment": 7}}', /reboot\.deployment must be a text/],
  ['{"run": [{}]}', /run\[0\]\.command must be a text .*, got nothing/],
  ['{"run": [{"command": " "}]}', /run\[0\]\.command must be a text/],
  ['{"run": [{"command": "a\\u0000b"}]}', /run\[0\]\.command must be a text/],
  ['{"run": [{"command": "true", "timeout": 0}]}', /run\[0\]\.timeout must be seconds, at most 3600, got 0/],
  ['{"run": [{"command": "true", "timeout": 3601}]}', /run\[0\]\.timeout/],
  [JSON.stringify({ install: Array.from({ length: MAX_ORDERS + 1 }, () => ({ name: "a" })) }), /more than 100 items/],
])("%j is refused with words that help", (command, words) => {
  const parsed = parseEngineFetch(command);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.problem).toMatch(words);
});

test("every verb is read, in the order in which it stands in the command", () => {
  const command = {
    stop: [{ name: "a" }],
    uninstall: [{ name: "b", purge: true, force: false, deployment: "d1" }],
    install: [{ name: "c.v1.tar.gz" }],
    run: [{ command: "uptime", timeout: 5, deployment: "d2" }, { command: "df" }],
    rollback: [{ name: "e" }],
    restart: [{ name: "f", deployment: "d3" }],
    start: [{ name: "a" }],
    reboot: { deployment: "d4" },
  };
  expect(parseEngineFetch(JSON.stringify(command))).toEqual({
    ok: true,
    value: {
      orders: [
        { verb: "stop", name: "a" },
        { verb: "uninstall", name: "b", purge: true, force: false, deployment: "d1" },
        { verb: "install", name: "c.v1.tar.gz" },
        { verb: "run", command: "uptime", timeout: 5, deployment: "d2" },
        { verb: "run", command: "df" },
        { verb: "rollback", name: "e" },
        { verb: "restart", name: "f", deployment: "d3" },
        { verb: "start", name: "a" },
        { verb: "reboot", deployment: "d4" },
      ],
    },
  });
  expect(parseEngineFetch('{"reboot": true}')).toEqual({ ok: true, value: { orders: [{ verb: "reboot" }] } });
});

test("nothing that the cloud can write makes it throw", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseEngineFetch(text)));
  fc.assert(fc.property(fc.json(), (text) => void parseEngineFetch(text)));
  fc.assert(
    fc.property(fc.constantFrom(...VERBS), fc.jsonValue(), fc.boolean(), (verb, value, isItem) => {
      parseEngineFetch(JSON.stringify({ [verb]: isItem ? [value] : value }));
    }),
  );
});

test("a command either orders everything that stands in it, or nothing", () => {
  const good = fc.record({ name: fc.constantFrom("a", "b"), deployment: fc.string({ maxLength: 20 }) });
  const bad = fc.constantFrom({}, { name: "" }, { name: "../x" }, { name: "a", deployment: 1 }, "a", null);
  const items = fc.array(fc.oneof(good, bad), { minLength: 1, maxLength: 4 });
  const command = fc.dictionary(fc.constantFrom("restart", "stop", "start", "rollback", "uninstall"), items, {
    minKeys: 1,
  });
  fc.assert(
    fc.property(command, (verbs) => {
      const parsed = parseEngineFetch(JSON.stringify(verbs));
      const isGood = (item: unknown) =>
        typeof item === "object" && item !== null && "name" in item && "deployment" in item && item.deployment !== 1;
      expect(parsed.ok).toBe(Object.values(verbs).flat().every(isGood));
      if (!parsed.ok) return;
      const names = Object.values(verbs).flatMap((list) => list.map((item) => (item as { name: string }).name));
      expect(parsed.value.orders.map((order) => "name" in order && order.name)).toEqual(names);
    }),
  );
});
