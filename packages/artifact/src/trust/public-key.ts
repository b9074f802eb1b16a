import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { FieldReader } from "./fields.ts";

/** An Ed25519 key that somebody signs with. */
export interface PublicKey {
  /** SHA-256 of the key's 32 bytes, in 64 hexadecimal digits. */
  readonly id: string;
  /** The key's 32 bytes in base64. */
  readonly public: string;
  /** What people call it. */
  readonly name: string;
}

const KEY_BYTES = 32;
export const KEY_ID: RegExp = /^[0-9a-f]{64}$/;
export const KEY_NAME: RegExp = /^[A-Za-z0-9_.@-]{1,64}$/;
export const KEY_NAME_RULE = 'a name of at most 64 letters, digits, "_", ".", "@" and "-"';

function publicKeyOf(bytes: Uint8Array, name: string): PublicKey {
  return { id: createHash("sha256").update(bytes).digest("hex"), public: Buffer.from(bytes).toString("base64"), name };
}

/** A key within a statement. Its id has to be its own. */
export function readPublicKey(value: unknown): Result<PublicKey, string> {
  const fields = new FieldReader(value, ["id", "public", "name"]);
  const id = fields.text("id", KEY_ID, "64 hexadecimal digits");
  const name = fields.text("name", KEY_NAME, KEY_NAME_RULE);
  const bytes = Buffer.from(fields.text("public", /^[A-Za-z0-9+/]{43}=$/, "32 bytes in base64"), "base64");
  if (fields.problem !== undefined) return fail(`a key cannot be used: ${fields.problem}`);
  const key = publicKeyOf(bytes, name);
  return key.id === id ? ok(key) : fail(`the id of the key ${name} is not the SHA-256 of its bytes`);
}

/** Reads a file `<name>.pub`: PEM, as `gwe keys init` and `openssl pkey -pubout` write it. */
export function parsePublicPem(pem: string, name: string): Result<PublicKey, string> {
  if (!KEY_NAME.test(name)) return fail(`${JSON.stringify(name)} is not ${KEY_NAME_RULE}`);
  if (!pem.includes("-----BEGIN PUBLIC KEY-----")) return fail("it is no public key in PEM form");
  try {
    return ed25519Bytes(createPublicKey(pem), name);
  } catch {
    return fail("it is no public key in PEM form");
  }
}

export function ed25519Bytes(key: KeyObject, name: string): Result<PublicKey, string> {
  if (key.asymmetricKeyType !== "ed25519") return fail(`it is a key for ${key.asymmetricKeyType}, not for ed25519`);
  return ok(publicKeyOf(key.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES), name));
}

/** Whether `signature`, in base64, is this key's for `text`. */
export function isSignedBy(key: PublicKey, text: string, signature: string): boolean {
  const spki = Buffer.concat([SPKI_HEAD, Buffer.from(key.public, "base64")]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, "base64"));
}

/** What comes before the 32 bytes in the DER form of an Ed25519 key: RFC 8410, section 4. */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
