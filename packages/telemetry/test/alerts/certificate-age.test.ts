import { createAuthority } from "@gateway-engine/testkit/certificates";
import { expect, test } from "vitest";
import { daysLeft } from "../../src/alerts/certificate-age.ts";

const from = Date.UTC(2026, 0, 1);
const to = Date.UTC(2026, 0, 31);
const validity = { from: from / 1000, to: to / 1000 };
const { cert } = createAuthority().issue({ commonName: "gateway", validity });

test.each([
  ["on the first day", from, 30],
  ["at noon of the last day but one", to - 1.5 * 86_400_000, 1.5],
  ["after the end", to + 86_400_000, -1],
])("%s", (_, now, days) => {
  expect(daysLeft(cert, now)).toBe(days);
});

test("of several certificates in a file the first is the gateway's own", () => {
  expect(daysLeft(cert + createAuthority().cert, from)).toBe(30);
});

test("what is no certificate is an error", () => {
  expect(() => daysLeft("no certificate", from)).toThrow();
});
