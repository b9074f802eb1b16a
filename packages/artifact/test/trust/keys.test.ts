import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { generateKeyPair, PrivateKey } from "../../src/trust/private-key.ts";
import { isSignedBy, parsePublicPem, readPublicKey } from "../../src/trust/public-key.ts";
import { newKey } from "./support.ts";

describe("a pair of keys", () => {
  test("is written as PEM and read again, both halves with the same id", () => {
    const { privatePem, publicPem } = generateKeyPair();
    const secret = PrivateKey.parse(privatePem, "alice");
    const open = parsePublicPem(publicPem, "alice");
    if (!secret.ok || !open.ok) throw new Error("not read");
    expect(secret.value.public).toEqual(open.value);
    expect(open.value.id).toMatch(/^[0-9a-f]{64}$/);
    expect(isSignedBy(open.value, "text", secret.value.sign("text"))).toBe(true);
    expect(isSignedBy(open.value, "texT", secret.value.sign("text"))).toBe(false);
  });

  test("keeps its secret half out of every text that is made of it", () => {
    const key = newKey("alice");
    expect(JSON.parse(JSON.stringify(key))).toEqual({ public: key.public });
  });
});

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

describe("PrivateKey.parse refuses", () => {
  test.each([
    {
      what: "an encrypted key, and says how to decrypt it",
      pem: generateKeyPairSync("ed25519").privateKey.export({
        format: "pem",
        type: "pkcs8",
        cipher: "aes-256-cbc",
        passphrase: "secret",
      }),
      problem: /encrypted; decrypt it with openssl pkey/,
    },
    { what: "a public key", pem: generateKeyPair().publicPem, problem: /no private key/ },
    {
      what: "a key of another kind",
      pem: ec.privateKey.export({ format: "pem", type: "pkcs8" }),
      problem: "it is a key for ec, not for ed25519",
    },
    { what: "a damaged key", pem: generateKeyPair().privatePem.replace("MC4", "MC5"), problem: /no private key/ },
    { what: "an empty file", pem: "", problem: /no private key/ },
  ])("$what", ({ pem, problem }) => {
    const key = PrivateKey.parse(pem.toString(), "alice");
    expect(key.ok ? "taken" : key.problem).toMatch(problem);
  });
});

describe("parsePublicPem refuses", () => {
  test.each([
    { what: "a private key", pem: generateKeyPair().privatePem, name: "alice", problem: /no public key/ },
    {
      what: "a key of another kind",
      pem: ec.publicKey.export({ format: "pem", type: "spki" }),
      name: "alice",
      problem: "it is a key for ec, not for ed25519",
    },
    { what: "a name with a blank", pem: generateKeyPair().publicPem, name: "a b", problem: /is not a name/ },
  ])("$what", ({ pem, name, problem }) => {
    const key = parsePublicPem(pem.toString(), name);
    expect(key.ok ? "taken" : key.problem).toMatch(problem);
  });
});

describe("a key within a statement", () => {
  const key = newKey("alice").public;
  test.each([
    { what: "another key's id", value: { ...key, id: newKey("bob").public.id }, problem: /not the SHA-256/ },
    { what: "too few bytes", value: { ...key, public: "AAAA" }, problem: /32 bytes in base64/ },
    { what: "a key nobody knows", value: { ...key, scheme: "rsa" }, problem: /"scheme", which nobody knows/ },
    { what: "no name", value: { id: key.id, public: key.public }, problem: /name is not/ },
    { what: "no object", value: "alice", problem: /not an object/ },
  ])("is refused with $what", ({ value, problem }) => {
    const read = readPublicKey(value);
    expect(read.ok ? "taken" : read.problem).toMatch(problem);
  });
});
