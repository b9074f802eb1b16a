import type { IniDocument, IniEntry, IniProblem } from "@gateway-engine/core/ini";
import { readValue } from "./empty-value.ts";

/** One option of a section: what stands for it when it is missing, and how it is read. */
export interface SectionOption<Value> {
  readonly fallback: Value;
  /** Null: it cannot be used. */
  readonly parse: (text: string) => Value | null;
  /** What it must be, for people. */
  readonly want: string;
}

/** Reads the options of a section one by one, and remembers the first that cannot be used. */
export class SectionOptions {
  readonly #entries: ReadonlyMap<string, IniEntry>;
  #problem: IniProblem | undefined;

  constructor(document: IniDocument, section: string) {
    this.#entries = document.get(section)?.entries ?? new Map();
  }

  get problem(): IniProblem | undefined {
    return this.#problem;
  }

  read<Value>(key: string, { fallback, parse, want }: SectionOption<Value>): Value {
    const entry = this.#entries.get(key);
    if (entry === undefined) return fallback;
    const read = parse(readValue(entry.value));
    if (read !== null) return read;
    this.#problem ??= { line: entry.line, problem: `${key} is "${entry.value}", but must be ${want}` };
    return fallback;
  }
}

/** For `parse`: digits, and a fraction if there is one. */
export function notNegative(text: string): number | null {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** For `parse`. */
export function onOrOff(text: string): boolean | null {
  return text === "on" ? true : text === "off" ? false : null;
}
