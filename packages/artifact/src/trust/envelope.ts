import { fail, ok, type Result } from "@gateway-engine/core/result";
import { canonicalJson } from "./canonical-json.ts";
import { FieldReader } from "./fields.ts";
import type { PrivateKey } from "./private-key.ts";
import { isSignedBy, KEY_ID, type PublicKey } from "./public-key.ts";

export interface Signature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

/** A statement with the signatures under it. */
export interface SignedStatement {
  /** As it was parsed: what it says is read only once the signatures are known to hold. */
  readonly signed: unknown;
  /** Its canonical JSON: the text that is signed. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** What goes along with a package. */
export interface Envelope extends SignedStatement {
  /** Statements about the trusted keys, each signed by those before it, oldest first. */
  readonly rotations: readonly SignedStatement[];
}

/** Longest envelope, in bytes of JSON. */
export const MAX_ENVELOPE_BYTES = 32_768;

/** Reads an envelope, also one of a statement alone, which has no rotations. Nothing in it is trusted yet. */
export function parseEnvelope(bytes: Uint8Array): Result<Envelope, string> {
  if (bytes.byteLength > MAX_ENVELOPE_BYTES) return fail(`it is longer than ${MAX_ENVELOPE_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return fail("it is no JSON in UTF-8");
  }
  const outer = readSigned(value, ["rotations"]);
  if (!outer.ok) return outer;
  const carried = typeof value === "object" && value !== null && "rotations" in value ? value.rotations : [];
  if (!Array.isArray(carried)) return fail("rotations is not a list");
  const rotations: SignedStatement[] = [];
  for (const item of carried) {
    const rotation = readSigned(item, []);
    if (!rotation.ok) return fail(`a rotation cannot be used: ${rotation.problem}`);
    rotations.push(rotation.value);
  }
  return ok({ ...outer.value, rotations });
}

function readSigned(value: unknown, further: readonly string[]): Result<SignedStatement, string> {
  const fields = new FieldReader(value, ["signed", "signatures", ...further]);
  const signed = fields.raw("signed");
  const signatures = fields.list("signatures").map((item) => {
    const signature = new FieldReader(item, ["keyid", "sig"]);
    const keyid = signature.text("keyid", KEY_ID, "64 hexadecimal digits");
    const sig = signature.text("sig", /^[A-Za-z0-9+/]{86}==$/, "64 bytes in base64");
    if (signature.problem !== undefined) fields.fail(`a signature cannot be used: ${signature.problem}`);
    return { keyid, sig };
  });
  const text = canonicalJson(signed);
  if (!text.ok) fields.fail(`what is signed cannot be used: ${text.problem}`);
  if (fields.problem !== undefined || !text.ok) return fail(fields.problem ?? "");
  return ok({ signed, text: text.value, signatures });
}

/** @param signed a value that has canonical JSON */
export function signStatement(signed: object, keys: readonly PrivateKey[]): SignedStatement {
  const text = canonicalJson(signed);
  if (!text.ok) throw new RangeError(text.problem);
  return withSignatures({ signed, text: text.value, signatures: [] }, keys);
}

/** The same statement with further signatures; a key that signed it before signs it anew. */
export function withSignatures<Statement extends SignedStatement>(
  statement: Statement,
  keys: readonly PrivateKey[],
): Statement {
  const added = keys.map((key) => ({ keyid: key.public.id, sig: key.sign(statement.text) }));
  const signatures = new Map([...statement.signatures, ...added].map((signature) => [signature.keyid, signature]));
  return { ...statement, signatures: [...signatures.values()] };
}

/** The JSON of an envelope or of a signed statement. */
export function formatEnvelope({ signed, signatures, rotations = [] }: SignedStatement & Partial<Envelope>): string {
  const carried = rotations.map((rotation) => ({ signed: rotation.signed, signatures: rotation.signatures }));
  return JSON.stringify({ signed, signatures, ...(carried.length === 0 ? {} : { rotations: carried }) });
}

/** Those of `keys` that signed the statement, each once, however many signatures carry its id. */
export function signersOf({ text, signatures }: SignedStatement, keys: readonly PublicKey[]): readonly PublicKey[] {
  return keys.filter((key) => signatures.some(({ keyid, sig }) => keyid === key.id && isSignedBy(key, text, sig)));
}
