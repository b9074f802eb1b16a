/**
 * What a JSON value has to look like, put together from small parts.
 *
 * @example
 * const point = object({ x: number(0, 100), y: number(0, 100) });
 * point(JSON.parse(text), ""); // ok({ x: 1 }), or fail('"x" must be a number from 0 to 100, got "1"')
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/**
 * Reads a value.
 *
 * @param at where it stands, for messages: `health.interval`; empty for the whole
 * @returns the value, or what is wrong where
 */
export type Shape<Value> = (raw: unknown, at: string) => Result<Value, string>;

export const flag: Shape<boolean> = (raw, at) => (typeof raw === "boolean" ? ok(raw) : wrong(at, "true or false", raw));

export function number(min: number, max: number): Shape<number> {
  return (raw, at) =>
    typeof raw === "number" && raw >= min && raw <= max ? ok(raw) : wrong(at, `a number from ${min} to ${max}`, raw);
}

/** @param want what is expected, such as `an absolute path` */
export function text(want: string, isGood: (text: string) => boolean): Shape<string> {
  return (raw, at) => (typeof raw === "string" && isGood(raw) ? ok(raw) : wrong(at, want, raw));
}

export function oneOf<Value extends string>(...values: readonly Value[]): Shape<Value> {
  return (raw, at) => {
    const value = values.find((candidate) => candidate === raw);
    return value === undefined ? wrong(at, `one of ${values.join(", ")}`, raw) : ok(value);
  };
}

/** @param most items of it, at least one */
export function list<Value>(item: Shape<Value>, most: number): Shape<readonly Value[]> {
  return (raw, at) => {
    if (!Array.isArray(raw) || raw.length === 0 || raw.length > most) {
      return wrong(at, `a list of 1 to ${most} elements`, raw);
    }
    const values: Value[] = [];
    for (const [index, element] of raw.entries()) {
      const value = item(element, `${at}[${index}]`);
      if (!value.ok) return value;
      values.push(value.value);
    }
    return ok(values);
  };
}

/** An object with any keys that are good. */
export function dictionary<Value>(key: Shape<string>, item: Shape<Value>): Shape<ReadonlyMap<string, Value>> {
  return (raw, at) => {
    if (!isObject(raw)) return wrong(at, "an object", raw);
    const values = new Map<string, Value>();
    for (const [name, element] of Object.entries(raw)) {
      const read = key(name, `${at}, the key`);
      if (!read.ok) return read;
      const value = item(element, below(at, name));
      if (!value.ok) return value;
      values.set(name, value.value);
    }
    return ok(values);
  };
}

/** An object with these keys, each of which may be missing, and no others. */
export function object<Fields extends object>(
  shapes: {
    readonly [Key in keyof Fields]: Shape<Fields[Key]>;
  },
): Shape<Partial<Fields>> {
  const known = Object.keys(shapes);
  return (raw, at) => {
    if (!isObject(raw)) return wrong(at, `an object with keys of ${known.join(", ")}`, raw);
    const fields: Partial<Fields> = {};
    for (const [name, element] of Object.entries(raw)) {
      if (!isKeyOf(shapes, name)) return fail(`"${below(at, name)}" is not a key that is known (${known.join(", ")})`);
      const value = shapes[name](element, below(at, name));
      if (!value.ok) return value;
      fields[name] = value.value;
    }
    return ok(fields);
  };
}

/** What `shape` reads, when it also passes a closer look. @param look says what is wrong, if anything */
export function checked<Value>(shape: Shape<Value>, look: (value: Value) => string | undefined): Shape<Value> {
  return (raw, at) => {
    const value = shape(raw, at);
    const problem = value.ok ? look(value.value) : undefined;
    return problem === undefined ? value : fail(`"${at}" ${problem}`);
  };
}

function wrong(at: string, want: string, got: unknown) {
  const shown = JSON.stringify(got) ?? String(got);
  return fail(`${at === "" ? "it" : `"${at}"`} must be ${want}, got ${shown.slice(0, SHOWN_CHARACTERS)}`);
}

const SHOWN_CHARACTERS = 80;

function below(at: string, name: string): string {
  const shown = name.slice(0, SHOWN_CHARACTERS);
  return at === "" ? shown : `${at}.${shown}`;
}

function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

function isKeyOf<Fields extends object>(fields: Fields, name: PropertyKey): name is keyof Fields {
  return Object.hasOwn(fields, name);
}
