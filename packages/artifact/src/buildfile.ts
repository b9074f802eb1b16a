/**
 * The JSON buildfile: what goes into an application's package, and the commands around its making.
 *
 * @see docs/reference/application-package.md#buildfile
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { parseJson } from "./json-text.ts";
import { formatPackageName, parsePackageName } from "./package-name.ts";

export interface Buildfile {
  readonly name: string;
  readonly version: string;
  /** File names and patterns, relative to the current folder. */
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
  /** Commands for /bin/sh, run before the package is made. */
  readonly preBuildCommands: readonly string[];
  /** The same, run after it. */
  readonly postBuildCommands: readonly string[];
}

/** @returns the buildfile, or the key and what is wrong with it, or where the text stops being JSON */
export function parseBuildfile(text: string): Result<Buildfile, string> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const parsed = json.value;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return fail(`expected an object with the keys ${KEYS.join(", ")}`);
  }
  const missing = KEYS.find((key) => !Object.hasOwn(parsed, key));
  if (missing !== undefined) return fail(`the key "${missing}" is missing`);
  const unknown = Object.keys(parsed).find((key) => !(KEYS as readonly string[]).includes(key));
  if (unknown !== undefined) return fail(`the key "${unknown}" is not one of ${KEYS.join(", ")}`);
  return readKeys(parsed as Readonly<Record<Key, unknown>>);
}

const KEYS = ["name", "version", "includes", "excludes", "pre_build_cmds", "post_build_cmds"] as const;
type Key = (typeof KEYS)[number];

function readKeys(raw: Readonly<Record<Key, unknown>>): Result<Buildfile, string> {
  const { name, version } = raw;
  if (typeof name !== "string") return wrong("name", 'a text such as "my_app"', name);
  if (typeof version !== "string") return wrong("version", 'a text such as "1.2"', version);
  const fileName = parsePackageName(formatPackageName(name, version));
  if (!fileName.ok) return fail(`"name" and "version" make no package name: ${fileName.problem.problem}`);
  if (fileName.value.name !== name) return fail(`"name" is "${name}", but must not hold ".v"`);
  for (const key of ["includes", "excludes", "pre_build_cmds", "post_build_cmds"] as const) {
    if (!isTexts(raw[key])) return wrong(key, "a list of texts", raw[key]);
  }
  const texts = (key: Key) => (isTexts(raw[key]) ? raw[key] : []);
  if (texts("includes").length === 0) return fail('"includes" is an empty list, so there is nothing to put in');
  const outside = texts("includes").find((path) => path.startsWith("/") || path.split("/").includes(".."));
  if (outside !== undefined) return fail(`"includes" holds "${outside}", which lies outside the current folder`);
  return ok({
    name,
    version,
    includes: texts("includes"),
    excludes: texts("excludes"),
    preBuildCommands: texts("pre_build_cmds"),
    postBuildCommands: texts("post_build_cmds"),
  });
}

function wrong(key: Key, want: string, got: unknown) {
  return fail(`"${key}" must be ${want}, got ${JSON.stringify(got).slice(0, 80)}`);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}
