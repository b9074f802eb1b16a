import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MASK, maskSecrets, secretsIn } from "../../src/bundle/mask.ts";

const CIK = "7aafb4520c1e4d0d9f62b9a1c5d6e7f80a1b2c3d";

describe("masks", () => {
  test.each([
    [`cik = ${CIK}`, `cik = ${MASK}`],
    [`X-Exosite-CIK: ${CIK}\r\n`, `X-Exosite-CIK: ${MASK}\r\n`],
    [`GET /x?token=abc123&alias=a`, `GET /x?token=${MASK}&alias=a`],
    [`{"password":"a, b","user":"c"}`, `{"password":${MASK},"user":"c"}`],
    [String.raw`{"body":"{\"token\":\"abc\",\"a\":1}"}`, String.raw`{"body":"{\"token\":${MASK},\"a\":1}"}`],
    [String.raw`{"password":"a\"b","c":1}`, `{"password":${MASK},"c":1}`],
    ['password="cut off', `password=${MASK}`],
    ["next=%2Fx%3Ftoken%3Dabc", `next=%2Fx%3Ftoken%3D${MASK}`],
    ["password =\nnext = 5", "password =\nnext = 5"],
    ["password=hunter2 ; the door", `password=${MASK} ; the door`],
    ["environment=API_KEY='k e y',HOME=/root", `environment=API_KEY=${MASK},HOME=/root`],
    ["Authorization: Bearer abc.def-ghi", `Authorization: ${MASK}`],
    ["sent Bearer abcdefgh1234 to it", `sent Bearer ${MASK} to it`],
    ["proxy http://me:secret@proxy:3128/", `proxy http://${MASK}@proxy:3128/`],
    [`activated, CIK ${CIK}.`, `activated, CIK ${MASK}.`],
    ["-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\nend", `${MASK}\nend`],
    ["-----BEGIN EC PRIVATE KEY-----\ncut off", MASK],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", MASK],
  ])("%j", (text, masked) => {
    expect(maskSecrets(text, [])).toBe(masked);
  });
});

test.each([
  "vendor = p1",
  "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "http://127.0.0.1:8080/onep:v1/stack/alias",
])("leaves %j alone", (text) => {
  expect(maskSecrets(text, [])).toBe(text);
});

test("a secret of the configuration is found in logs, whatever stands around it", () => {
  const known = secretsIn(
    "[include]\nfiles=x\n[unix_http_server]\npassword = hunter22\ntoken = a+b(c)d\npasswd = ab\n",
  );
  expect(known).toEqual(["hunter22", "a+b(c)d"]);
  expect(maskSecrets("tried xHUNTER22y and a+b(c)d, ab", known)).toBe(`tried x${MASK}y and ${MASK}, ab`);
});

test("the gateway's CIK is nowhere, whatever stands around it", () => {
  const around = fc.oneof(fc.string(), fc.constantFrom('"', "'", "=", "cik=", "token: ", "0", "f", "://", "\n", ","));
  fc.assert(
    fc.property(fc.array(around), fc.array(around), fc.boolean(), (before, after, upper) => {
      const secret = upper ? CIK.toUpperCase() : CIK;
      const masked = maskSecrets(`${before.join("")}${secret}${after.join("")}`, [CIK]);
      expect(masked.toLowerCase()).not.toContain(CIK);
    }),
  );
});
