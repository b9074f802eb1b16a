/** The sections of a configuration: those of the main file, and over them those of the files it includes. */
import { dirname, resolve } from "node:path";
import { type IniProblem, parseIni } from "@gateway-engine/core/ini";
import { type Expansions, expand } from "./expand.ts";
import type { ConfigNotice } from "./model.ts";
import { ConfigRejection } from "./problem.ts";
import { pythonRepr } from "./python-repr.ts";
import type { ConfigSource, IncludedFile } from "./source.ts";

export interface ConfigOption {
  readonly value: string;
  /** Where the value that counts was written: of several, the last. */
  readonly file: string;
  readonly line: number;
}

export interface ConfigSection {
  readonly name: string;
  /** Where it was first written. */
  readonly file: string;
  readonly line: number;
  readonly options: ReadonlyMap<string, ConfigOption>;
}

export interface ConfigDocument {
  /** In the order of first appearance. */
  readonly sections: ReadonlyMap<string, ConfigSection>;
  readonly notices: readonly ConfigNotice[];
}

/** @throws ConfigRejection */
export function readDocument(source: ConfigSource): ConfigDocument {
  const merged = new MergedSections();
  merged.add(source);
  const notices: ConfigNotice[] = [];
  for (const pattern of includePatterns(merged.sections, source)) {
    const included = source.include(pattern);
    if (!included.ok) throw new ConfigRejection(included.problem, { file: source.path });
    if (included.value.length === 0) {
      notices.push({ level: "WARN", message: `No file matches via include "${pattern}"` });
    }
    for (const file of included.value) {
      notices.push({ level: "INFO", message: `Included extra file "${file.path}" during parsing` });
      merged.add(file);
    }
  }
  return { sections: withDefaults(merged.sections), notices };
}

class MergedSections {
  readonly sections = new Map<string, ConfigSection & { readonly options: Map<string, ConfigOption> }>();

  add({ path: file, text }: IncludedFile): void {
    const parsed = parseIni(text, { inlineComments: ";#" });
    if (!parsed.ok) throw new ConfigRejection(describeSyntax(file, text, parsed.problem), { file });
    for (const { name, line, entries } of parsed.value.values()) {
      const section = this.sections.get(name) ?? { name, file, line, options: new Map<string, ConfigOption>() };
      this.sections.set(name, section);
      for (const entry of entries.values()) {
        section.options.set(entry.key, { value: entry.value, file, line: entry.line });
      }
    }
  }
}

/** What stands in `[DEFAULT]` counts in every section that does not say otherwise, except in those of our own. */
function withDefaults(sections: ReadonlyMap<string, ConfigSection>): ReadonlyMap<string, ConfigSection> {
  const defaults = sections.get("DEFAULT")?.options ?? new Map<string, ConfigOption>();
  const others = [...sections.values()].filter(({ name }) => name !== "DEFAULT");
  return new Map(
    others.map((section) => {
      const isOurs = section.name.split(":", 1)[0] === "gateway-engine";
      return [section.name, isOurs ? section : { ...section, options: new Map([...defaults, ...section.options]) }];
    }),
  );
}

/** Absolute. Only the main file's `[include]` counts: it is read before the files that it names. */
function includePatterns(sections: ReadonlyMap<string, ConfigSection>, source: ConfigSource): readonly string[] {
  const include = sections.get("include");
  if (include === undefined) return [];
  const files = include.options.get("files");
  const place = { file: include.file, section: "include", option: "files", line: files?.line ?? include.line };
  if (files === undefined) throw new ConfigRejection(".ini file has [include] section, but no files setting", place);
  const expanded = expand(files.value, includeNames(source), "include.files");
  if (!expanded.ok) throw new ConfigRejection(expanded.problem, place);
  const patterns = expanded.value.split(/\s+/).filter((pattern) => pattern !== "");
  return patterns.map((pattern) => resolve(dirname(source.path), pattern));
}

function includeNames({ path, machine }: ConfigSource): Expansions {
  const environment = Object.entries(machine.environment).map(([key, value]): [string, string] => [
    `ENV_${key}`,
    value,
  ]);
  return new Map([...environment, ["here", dirname(path)], ["host_node_name", machine.hostName]]);
}

/** Python's words, which name the file, the line and its text. */
function describeSyntax(file: string, text: string, { line, problem }: IniProblem): string {
  const lines = text.split(/\r?\n/);
  const quoted = pythonRepr(`${lines[line - 1] ?? ""}\n`);
  const hasHeader = lines.slice(0, line).some((earlier) => /^\s*\[.+\]/.test(earlier));
  if (!hasHeader) return `File contains no section headers.\nfile: ${pythonRepr(file)}, line: ${line}\n${quoted}`;
  return `Source contains parsing errors: ${pythonRepr(file)}\n\t[line ${String(line).padStart(2)}]: ${quoted} (${problem})`;
}
