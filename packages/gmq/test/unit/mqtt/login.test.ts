import { describe, expect, test } from "vitest";
import { senderOfLogin } from "../../../src/intake/mqtt/login.ts";

const CIK = "7f091cf4b16de3fb3172c253eb35109a6992d76b";
const identity = { vendor: "acme", model: "pump", serial: "no 1" };

describe("a login", () => {
  test.each([
    [undefined, undefined, undefined],
    ["", undefined, undefined],
    ["homeassistant", "secret", undefined],
    ["homeassistant", CIK, undefined],
    ["", CIK, { kind: "cik", cik: CIK }],
    [undefined, CIK, { kind: "cik", cik: CIK }],
    ["acme pump no 1", undefined, { kind: "identity", identity, cik: undefined }],
    ["acme pump no 1", CIK, { kind: "identity", identity, cik: CIK }],
    ["acme pump no 1", "secret", { kind: "identity", identity, cik: undefined }],
  ])("user %j with password %j is %j", (user, password, sender) => {
    const secret = password === undefined ? undefined : Buffer.from(password);
    expect(senderOfLogin(user, secret)).toEqual({ ok: true, value: sender });
  });

  test.each([
    ["acme pump", ""],
    ["", "too short"],
  ])("user %j with password %j is refused", (user, password) => {
    expect(senderOfLogin(user, Buffer.from(password)).ok).toBe(false);
  });
});
