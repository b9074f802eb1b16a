import { fail, ok, type Result } from "@gateway-engine/core/result";
import { FieldReader } from "./fields.ts";
import { formatInstant, type Instant } from "./instant.ts";
import { KEY_ID, type PublicKey, readPublicKey } from "./public-key.ts";

/** Whose signatures count, and how many of them it takes. */
export interface RootStatement {
  /** Counts rotations; a key that is trusted or revoked by hand does not raise it. */
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly PublicKey[];
  /** Ids of keys that never count again. */
  readonly revoked: readonly string[];
  readonly issued: Instant;
  readonly expires?: Instant;
}

const KEYS = ["_type", "version", "threshold", "keys", "revoked", "issued", "expires"];

export function readRootStatement(signed: unknown): Result<RootStatement, string> {
  const fields = new FieldReader(signed, KEYS);
  fields.text("_type", /^root$/, '"root"');
  const root: RootStatement = {
    version: fields.whole("version", 1),
    threshold: fields.whole("threshold", 1),
    keys: readKeys(fields),
    revoked: fields.list("revoked").flatMap((id) => (isKeyId(id) ? [id] : [])),
    issued: fields.instant("issued"),
    ...fields.optional("expires", (key) => fields.instant(key)),
  };
  if (root.revoked.length !== fields.list("revoked").length) fields.fail("revoked is not a list of key ids");
  return fields.problem === undefined ? ok(root) : fail(fields.problem);
}

function readKeys(fields: FieldReader): readonly PublicKey[] {
  const keys = new Map<string, PublicKey>();
  for (const item of fields.list("keys")) {
    const key = readPublicKey(item);
    if (!key.ok) fields.fail(key.problem);
    else if (keys.has(key.value.id)) fields.fail(`the key ${key.value.name} is in it twice`);
    else keys.set(key.value.id, key.value);
  }
  return [...keys.values()];
}

function isKeyId(value: unknown): value is string {
  return typeof value === "string" && KEY_ID.test(value);
}

/** As it is signed, and as it stands in root.json. */
export function writeRootStatement({ issued, expires, ...rest }: RootStatement): object {
  const until = expires === undefined ? {} : { expires: formatInstant(expires) };
  return { _type: "root", ...rest, issued: formatInstant(issued), ...until };
}

/** The keys whose signatures count. */
export function countingKeys({ keys, revoked }: RootStatement): readonly PublicKey[] {
  return keys.filter(({ id }) => !revoked.includes(id));
}
