import { type Instant, parseInstant } from "./instant.ts";

/** Reads the fields of a JSON object one by one, and remembers the first that cannot be used; the values read with it do not count. */
export class FieldReader {
  readonly #fields: ReadonlyMap<string, unknown>;
  problem: string | undefined;

  /** @param known every key that the object may have */
  constructor(value: unknown, known: readonly string[]) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#fields = new Map(isObject ? Object.entries(value) : []);
    if (!isObject) this.problem = "it is not an object";
    const stranger = [...this.#fields.keys()].find((key) => !known.includes(key));
    if (stranger !== undefined) this.fail(`it has a key ${JSON.stringify(stranger.slice(0, 40))}, which nobody knows`);
  }

  fail(problem: string): void {
    this.problem ??= problem;
  }

  raw(key: string): unknown {
    return this.#fields.get(key);
  }

  text(key: string, pattern: RegExp, want: string): string {
    const value = this.#fields.get(key);
    if (typeof value === "string" && pattern.test(value)) return value;
    this.fail(`${key} is not ${want}`);
    return "";
  }

  whole(key: string, least: number): number {
    const value = this.#fields.get(key);
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
    this.fail(`${key} is not a whole number from ${least} on`);
    return least;
  }

  instant(key: string): Instant {
    const value = this.#fields.get(key);
    const at = typeof value === "string" ? parseInstant(value) : undefined;
    if (at === undefined) this.fail(`${key} is not a time such as 2026-01-31T12:00:00Z`);
    return at ?? 0;
  }

  list(key: string): readonly unknown[] {
    const value = this.#fields.get(key);
    if (Array.isArray(value)) return value;
    this.fail(`${key} is not a list`);
    return [];
  }

  /** What `read` makes of a field that may be left out: an object with it, or without. */
  optional<Key extends string, Value>(key: Key, read: (key: Key) => Value): { readonly [K in Key]?: Value } {
    return this.#fields.has(key) ? ({ [key]: read(key) } as { readonly [K in Key]: Value }) : {};
  }
}
