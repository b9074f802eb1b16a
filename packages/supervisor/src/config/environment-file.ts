/**
 * Files of variables, one `KEY=value` a line, as for `docker run --env-file` and systemd's `EnvironmentFile=`.
 *
 * A `-` before a path: it may be missing.
 */
import { resolve } from "node:path";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { list } from "./convert.ts";
import type { Environment } from "./model.ts";
import { pythonRepr } from "./python-repr.ts";
import type { SectionReader } from "./reader.ts";
import type { ConfigMachine } from "./source.ts";

/**
 * @param reader the section with `environment_file`, if there is one
 * @returns the variables of its files; those of later ones count more
 * @throws ConfigRejection
 */
export function readEnvironmentFiles(reader: SectionReader | undefined, machine: ConfigMachine): Environment {
  if (reader === undefined) return {};
  const refuse = (what: string) => reader.reject(what, ENVIRONMENT_FILE);
  const environment: Record<string, string> = {};
  for (const written of reader.read(ENVIRONMENT_FILE, list, [])) {
    const path = resolve(machine.workingDirectory, written.replace(/^-/, ""));
    const text = machine.readText(path);
    if (!text.ok) refuse(text.problem);
    else if (text.value === undefined && !written.startsWith("-")) refuse(`there is no file ${pythonRepr(path)}`);
    else {
      const parsed = parseEnvironmentFile(text.value ?? "");
      if (parsed.ok) Object.assign(environment, parsed.value);
      else refuse(`${path}, line ${parsed.problem.line}: ${parsed.problem.what}`);
    }
  }
  return environment;
}

export interface EnvironmentFileProblem {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/**
 * Blank lines and those that begin with `#` are left out; `export ` before a name means nothing.
 *
 * A value is taken as it is, without the blanks around it; in single quotes also with these; in double quotes `\n`,
 * `\"`, `\\` and `\$` stand for a newline, a quote, a backslash and a dollar. Nothing is expanded.
 */
export function parseEnvironmentFile(text: string): Result<Environment, EnvironmentFileProblem> {
  const environment: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const stripped = line.trim();
    if (stripped === "" || stripped.startsWith("#")) continue;
    const at = { line: index + 1 };
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(stripped);
    const [, key, raw] = match ?? [];
    if (key === undefined || raw === undefined) {
      return fail({ ...at, what: `KEY=value is expected, not ${pythonRepr(stripped)}` });
    }
    const value = unquote(raw);
    if (value === undefined) return fail({ ...at, what: `the quote of ${key} is not closed at the end of the line` });
    environment[key] = value;
  }
  return ok(environment);
}

/** @returns undefined for a quote that has no end */
function unquote(raw: string): string | undefined {
  const quote = raw.charAt(0);
  if (quote === "'") return /^'([^']*)'$/.exec(raw)?.[1];
  if (quote !== '"') return raw;
  const inside = /^"((?:[^"\\]|\\.)*)"$/.exec(raw)?.[1];
  return inside?.replace(/\\([n"\\$])/g, (_whole, char: string) => (char === "n" ? "\n" : char));
}

export const ENVIRONMENT_FILE = "environment_file";
