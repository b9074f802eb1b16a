import { expect, test } from "vitest";
import { isLocalName, isLoopback } from "../src/local-name.ts";

test.each([
  ["127.0.0.1:8090", true],
  ["localhost:8090", true],
  ["localhost.", true],
  ["[::1]:8090", true],
  ["gateway", true],
  ["gateway.local:8090", true],
  ["app.localhost", true],
  ["", true],
  ["attacker.example", false],
  ["attacker.example:8090", false],
  ["127.0.0.1.attacker.example", false],
  ["attacker.localhost.example", false],
])("the Host %j is a local name: %j", (host, expected) => {
  expect(isLocalName(host)).toBe(expected);
});

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["192.168.1.2", false],
  ["gateway", false],
])("the address %s is a loopback: %j", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
