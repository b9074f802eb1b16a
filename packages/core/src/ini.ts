/**
 * INI files as Python's RawConfigParser reads and writes them: the format of Gateway.cfg, Engine.config, gmq.cfg and supervisor.conf.
 *
 * Keys are lower-cased, `=` and `:` both separate, an indented line continues the value above it,
 * a repeated section is merged, and of a repeated key the last one wins. Nothing is interpolated.
 */
import { fail, ok, type Result } from "./result.ts";

export interface IniEntry {
  readonly key: string;
  readonly value: string;
  /** Line of the key, from 1. */
  readonly line: number;
}

export interface IniSection {
  readonly name: string;
  /** Line of the first header of this name, from 1. */
  readonly line: number;
  /** In the order of first appearance. */
  readonly entries: ReadonlyMap<string, IniEntry>;
}

export type IniDocument = ReadonlyMap<string, IniSection>;

export interface IniProblem {
  readonly line: number;
  readonly problem: string;
}

export interface IniDialect {
  /** Characters that begin a comment inside a line when white space stands before them. supervisor: `;` and `#`. */
  readonly inlineComments?: string;
  /** Section that lines before the first header belong to; without it they are an error. */
  readonly headerlessSection?: string;
  /** Value of a key that stands alone on its line, without a separator; without it that is an error. */
  readonly bareKeyValue?: string;
}

export function parseIni(text: string, dialect: IniDialect = {}): Result<IniDocument, IniProblem> {
  const reader = new IniReader(dialect);
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const problem = reader.read(line, index + 1);
    if (problem !== undefined) return fail({ line: index + 1, problem });
  }
  return ok(reader.document());
}

/** Sections in Python's way of writing them: `key = value`, a blank line after each section. */
export function formatIni(sections: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return Object.entries(sections)
    .map(([name, entries]) => {
      const lines = Object.entries(entries).map(([key, value]) => `${key} = ${value.replaceAll("\n", "\n\t")}`);
      return `[${name}]\n${lines.map((line) => `${line}\n`).join("")}\n`;
    })
    .join("");
}

/**
 * The text with one value changed or added, and every other line, comments included, as it was.
 * Of a repeated key, the one that counts is changed.
 */
export function setIniValue(text: string, section: string, key: string, value: string): string {
  const entry = `${key} = ${value.replaceAll("\n", "\n\t")}`;
  const lines = text.split("\n");
  const own = linesOfSection(lines, section);
  if (own.length === 0) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}[${section}]\n${entry}\n\n`;
  const keyLine = own.findLast((index) => keyOf(lines[index] ?? "") === key.toLowerCase());
  if (keyLine !== undefined) {
    lines.splice(keyLine, endOfValue(lines, keyLine) - keyLine, entry);
  } else {
    const filled = own.findLast((index) => (lines[index] ?? "").trim() !== "") ?? (own[0] ?? 0) - 1;
    lines.splice(filled + 1, 0, entry);
  }
  return lines.join("\n");
}

class IniReader {
  readonly #dialect: IniDialect;
  readonly #sections = new Map<string, { name: string; line: number; entries: Map<string, IniEntry> }>();
  #entries: Map<string, IniEntry> | undefined;
  #open: { key: string; indent: number; line: number; value: string[] } | undefined;

  constructor(dialect: IniDialect) {
    this.#dialect = dialect;
    if (dialect.headerlessSection !== undefined) this.#openSection(dialect.headerlessSection, 1);
  }

  /** @returns what is wrong with the line, if anything */
  read(raw: string, line: number): string | undefined {
    const text = this.#withoutComment(raw);
    if (text.trim() === "") {
      if (raw.trim() === "") this.#open?.value.push("");
      return undefined;
    }
    const indent = text.length - text.trimStart().length;
    if (this.#open !== undefined && indent > this.#open.indent) {
      this.#open.value.push(text.trim());
      return undefined;
    }
    this.#close();
    const name = sectionName(text.trim());
    if (name !== undefined) {
      this.#openSection(name, line);
      return undefined;
    }
    return this.#readEntry(text, indent, line);
  }

  document(): IniDocument {
    this.#close();
    return this.#sections;
  }

  #readEntry(text: string, indent: number, line: number): string | undefined {
    if (this.#entries === undefined) return `"${text.trim()}" stands before the first [section]`;
    const match = /^\s*([^=:]*?)\s*[=:]\s*(.*)$/.exec(text);
    const bare = this.#dialect.bareKeyValue;
    if (match === null && bare !== undefined) {
      this.#open = { key: text.trim().toLowerCase(), indent, line, value: [bare] };
      return undefined;
    }
    if (match === null) return `"${text.trim()}" is neither a [section] nor key = value`;
    const key = (match[1] ?? "").toLowerCase();
    if (key === "") return `"${text.trim()}" has no key before the "="`;
    this.#open = { key, indent, line, value: [(match[2] ?? "").trim()] };
    return undefined;
  }

  #openSection(name: string, line: number): void {
    const section = this.#sections.get(name) ?? { name, line, entries: new Map<string, IniEntry>() };
    this.#sections.set(name, section);
    this.#entries = section.entries;
  }

  #close(): void {
    if (this.#open === undefined) return;
    const { key, line, value } = this.#open;
    this.#entries?.set(key, { key, line, value: value.join("\n").trimEnd() });
    this.#open = undefined;
  }

  #withoutComment(raw: string): string {
    if (/^\s*[;#]/.test(raw)) return "";
    const marks = this.#dialect.inlineComments;
    if (marks === undefined) return raw;
    const at = raw.split("").findIndex((char, index) => marks.includes(char) && /\s/.test(raw[index - 1] ?? ""));
    return at === -1 ? raw : raw.slice(0, at).trimEnd();
  }
}

/** Indexes of the lines that belong to a section, its headers included, wherever they stand. */
function linesOfSection(lines: readonly string[], section: string): readonly number[] {
  let current: string | undefined;
  return lines.flatMap((line, index) => {
    current = sectionName(line) ?? current;
    return current === section ? [index] : [];
  });
}

/** Index behind the last line of the value that begins at `keyLine`: indented lines, with blank lines and comments between them. */
function endOfValue(lines: readonly string[], keyLine: number): number {
  let end = keyLine + 1;
  for (let index = end; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (/^\s+[^\s;#]/.test(line)) end = index + 1;
    else if (!/^\s*([;#].*)?$/.test(line)) break;
  }
  return end;
}

function sectionName(line: string): string | undefined {
  return /^\[(.+)\]/.exec(line)?.[1];
}

function keyOf(line: string): string | undefined {
  return /^([^\s=:;#[][^=:]*?)\s*[=:]/.exec(line)?.[1]?.toLowerCase();
}
