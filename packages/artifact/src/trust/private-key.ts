import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { ed25519Bytes, type PublicKey } from "./public-key.ts";

/** A key that signs. Its secret half stays inside. */
export class PrivateKey {
  readonly public: PublicKey;
  readonly #key: KeyObject;

  private constructor(key: KeyObject, publicKey: PublicKey) {
    this.#key = key;
    this.public = publicKey;
  }

  /** Reads a file `<name>.key`: PKCS #8 in PEM form, not encrypted. */
  static parse(pem: string, name: string): Result<PrivateKey, string> {
    if (pem.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
      return fail("it is encrypted; decrypt it with openssl pkey into a file that only you can read, and use that");
    }
    if (!pem.includes("-----BEGIN PRIVATE KEY-----")) return fail("it is no private key in PEM form (PKCS #8)");
    let key: KeyObject;
    try {
      key = createPrivateKey(pem);
    } catch {
      return fail("it is no private key in PEM form (PKCS #8)");
    }
    const publicKey = ed25519Bytes(createPublicKey(key), name);
    return publicKey.ok ? ok(new PrivateKey(key, publicKey.value)) : publicKey;
  }

  /** @returns the signature in base64 */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString("base64");
  }
}

/** A new pair of keys, each in PEM form. */
export function generateKeyPair(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicPem: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}
