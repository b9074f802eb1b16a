import { fail, ok, type Result } from "@gateway-engine/core/result";
import { FieldReader } from "./fields.ts";
import { formatInstant, type Instant } from "./instant.ts";

/** What is said of a package by those who sign it. */
export interface PackageStatement {
  /** The package's file name. */
  readonly name: string;
  /** Bytes, without the gzip member that holds the envelope. */
  readonly length: number;
  /** Of those bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Orders the packages of an application; compared with nothing but floors. */
  readonly sequence: number;
  readonly issued: Instant;
  readonly expires?: Instant;
  /** Once this package is installed, none of the application with a smaller sequence is taken. */
  readonly floor?: number;
}

const KEYS = ["_type", "name", "length", "sha256", "sequence", "issued", "expires", "floor"];

export function readPackageStatement(signed: unknown): Result<PackageStatement, string> {
  const fields = new FieldReader(signed, KEYS);
  fields.text("_type", /^package$/, '"package"');
  const statement: PackageStatement = {
    name: fields.text("name", /^.{1,255}$/s, "a file name"),
    length: fields.whole("length", 0),
    sha256: fields.text("sha256", /^[0-9a-f]{64}$/, "64 hexadecimal digits"),
    sequence: fields.whole("sequence", 0),
    issued: fields.instant("issued"),
    ...fields.optional("expires", (key) => fields.instant(key)),
    ...fields.optional("floor", (key) => fields.whole(key, 0)),
  };
  const { sequence, floor = 0 } = statement;
  if (floor > sequence) fields.fail(`its floor ${floor} is above its sequence ${sequence}`);
  return fields.problem === undefined ? ok(statement) : fail(fields.problem);
}

/** As it is signed. */
export function writePackageStatement({ issued, expires, ...rest }: PackageStatement): object {
  const until = expires === undefined ? {} : { expires: formatInstant(expires) };
  return { _type: "package", ...rest, issued: formatInstant(issued), ...until };
}
