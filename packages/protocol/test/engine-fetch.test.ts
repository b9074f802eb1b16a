import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_INSTALL_ORDERS, parseEngineFetch } from "../src/engine-fetch.ts";

const SHA256 = "0123456789abcdefABCDEF".padEnd(64, "0");

test("the original's command is read", () => {
  expect(parseEngineFetch('{"install": [{"name": "app.v1.tar.gz"}, {"name":"b.v2.tar.gz"}]}')).toEqual({
    ok: true,
    value: { install: [{ name: "app.v1.tar.gz" }, { name: "b.v2.tar.gz" }] },
  });
});

test("digest, size and deployment are read, and what else there is is left out", () => {
  const item = { name: "a.v1.tar.gz", sha256: SHA256, size: 12, deployment: "d1", colour: "blue" };
  expect(parseEngineFetch(JSON.stringify({ install: [item] }))).toEqual({
    ok: true,
    value: { install: [{ name: "a.v1.tar.gz", sha256: SHA256.toLowerCase(), size: 12, deployment: "d1" }] },
  });
});

test.each([
  ["", /^not JSON: /],
  ["install", /^not JSON: /],
  ["[]", /expected an object like .*, got \[\]/],
  ["null", /expected an object .*, got null/],
  ["{}", /"install" must be a list .*, got nothing/],
  ['{"install": "app"}', /"install" must be a list .*, got "app"/],
  ['{"install": []}', /"install" is an empty list/],
  ['{"install": ["app"]}', /install\[0\] must be an object .*, got "app"/],
  ['{"install": [{"name": "a"}, {}]}', /install\[1\]\.name must be a file name, got nothing/],
  ['{"install": [{"name": ""}]}', /install\[0\]\.name must be a file name, got ""/],
  ['{"install": [{"name": "a", "sha256": "12"}]}', /sha256 must be 64 hexadecimal digits, got "12"/],
  ['{"install": [{"name": "a", "size": -1}]}', /size must be a number of bytes, got -1/],
  ['{"install": [{"name": "a", "size": 1.5}]}', /size must be a number of bytes, got 1\.5/],
  ['{"install": [{"name": "a", "deployment": 7}]}', /deployment must be a text/],
  ['{"remove": []}', /this release knows the verb "install", not "remove"/],
  [
    JSON.stringify({ install: Array.from({ length: MAX_INSTALL_ORDERS + 1 }, () => ({ name: "a" })) }),
    /more than 100 items/,
  ],
])("%j is refused with words that help", (command, words) => {
  const parsed = parseEngineFetch(command);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.problem).toMatch(words);
});

test("nothing that the cloud can write makes it throw", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseEngineFetch(text)));
  fc.assert(fc.property(fc.json(), (text) => void parseEngineFetch(text)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void parseEngineFetch(JSON.stringify({ install: [value] }))));
});
