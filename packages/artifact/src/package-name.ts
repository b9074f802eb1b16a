import { fail, ok, type Result } from "@gateway-engine/core/result";
import { canonical, holdsControl, holdsInvisible } from "./deceptive-text.ts";

/** What a package's file name says. */
export interface PackageName {
  /** The application's name: also of its supervisor program and its log file. */
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
}

export interface PackageNameProblem {
  /** The rule that is broken, by which a program can tell the cases apart. */
  readonly rule: "suffix" | "white-space" | "separator" | "name" | "version" | "length";
  /** One line for a person, without the file name. */
  readonly problem: string;
}

/** Longest name and longest version, in bytes: each becomes a file name with something added. */
const MAX_NAME_PART_BYTES = 100;

const SUFFIX = ".tar.gz";

/**
 * Reads the `<name>.v<version>.tar.gz` form of a package's file name.
 *
 * The version is everything between the first `.v` and `.tar.gz`, so it may hold dots (`gwe.v1.5.RC68.tar.gz`); a name may not.
 *
 * @returns the name and version, or the rule that the file name breaks
 * @see docs/reference/application-package.md#name
 */
export function parsePackageName(fileName: string): Result<PackageName, PackageNameProblem> {
  if (!fileName.endsWith(SUFFIX)) return broken("suffix", `it does not end in ${SUFFIX}`);
  if (/\s/.test(fileName) || holdsControl(fileName))
    return broken("white-space", "it holds white space or control characters");
  if (fileName.includes("/")) return broken("separator", 'it holds a "/"');
  const stem = fileName.slice(0, -SUFFIX.length);
  const split = stem.indexOf(".v");
  if (split === -1) return broken("version", 'there is no ".v" before the version');
  const name = stem.slice(0, split);
  const version = stem.slice(split + 2);
  if (name === "") return broken("name", 'there is no name before the ".v"');
  if (!/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(name)) {
    return broken("name", `the name "${name}" may hold only letters, digits, "_" and, after the first, "-"`);
  }
  if (version === "") return broken("version", 'there is no version after the ".v"');
  if (/^\.+$/.test(version)) return broken("version", `the version "${version}" is nothing but dots`);
  if (holdsInvisible(version)) return broken("version", "the version holds a character that nobody can see");
  if (version !== canonical(version))
    return broken("version", `the version "${version}" is not in its normal form (NFC)`);
  if (byteLength(name) > MAX_NAME_PART_BYTES || byteLength(version) > MAX_NAME_PART_BYTES) {
    return broken("length", `the name or the version is longer than ${MAX_NAME_PART_BYTES} bytes`);
  }
  return ok({ name, version, fileName });
}

export function formatPackageName(name: string, version: string): string {
  return `${name}.v${version}${SUFFIX}`;
}

function broken(rule: PackageNameProblem["rule"], problem: string) {
  return fail({ rule, problem });
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
