/** Checks a body at the door, so that everything behind it can be sent. The bytes themselves stay as they are. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import { type ByteString, decodeFormText, type RawFormPair, splitFormBytes } from "@gateway-engine/protocol/form";
import type { Submission } from "../spool/message.ts";

/** A submission, as far as its body says. */
export type SubmittedBody = Omit<Submission, "priority" | "ttlMs">;

export interface Refusal {
  readonly status: 400 | 413;
  /** One line for whoever sent it. */
  readonly problem: string;
}

/** Reads the body of a write, `<alias>=<value>&…`. */
export function parseWrite(body: ByteString): Result<SubmittedBody, Refusal> {
  const pairs = splitFormBytes(body);
  const problem = checkPairs(pairs, "<alias>=<value>");
  if (problem !== undefined) return fail(problem);
  const repeats = new Map<string, number>();
  for (const { name } of pairs) {
    const alias = decodeFormText(name);
    repeats.set(alias, (repeats.get(alias) ?? 0) + 1);
  }
  return ok({ kind: "write", alias: "", body, points: pairs.length, span: Math.max(...repeats.values()) });
}

/**
 * Reads the body of a record, `<timestamp>=<value>&…`.
 *
 * @param now seconds since 1970: a negative timestamp says how long ago, counted from here, since it will be sent later
 */
export function parseRecordOf(alias: string, body: ByteString, now: number): Result<SubmittedBody, Refusal> {
  const pairs = splitFormBytes(body);
  const problem = checkPairs(pairs, "<timestamp>=<value>");
  if (problem !== undefined) return fail(problem);
  let relative = false;
  for (const { name } of pairs) {
    const timestamp = decodeFormText(name);
    if (!/^-?\d{1,12}(\.\d{1,9})?$/.test(timestamp)) {
      return fail(
        badRequest(`"${excerpt(name)}" is not a timestamp; expected seconds since 1970, as in 1408088308=value`),
      );
    }
    relative ||= timestamp.startsWith("-");
  }
  const absolute = relative ? pairs.map((pair) => absoluteFrom(pair, now)).join("&") : body;
  return ok({ kind: "record", alias, body: absolute, points: pairs.length, span: 1 });
}

function absoluteFrom({ name, value }: RawFormPair, now: number): string {
  const timestamp = decodeFormText(name);
  return `${timestamp.startsWith("-") ? (now + Number(timestamp)).toFixed(6) : timestamp}=${value}`;
}

function checkPairs(pairs: readonly RawFormPair[], form: string): Refusal | undefined {
  if (pairs.length === 0) return badRequest(`the body is empty; expected ${form}`);
  if (pairs.length > MAX_POINTS) return { status: 413, problem: `the body has more than ${MAX_POINTS} values` };
  for (const [index, { name, value }] of pairs.entries()) {
    if (value === undefined) {
      const hint = index === 0 ? "" : "; a raw & separates values, inside a value it is written %26";
      return badRequest(`"${excerpt(name)}" has no "=": expected ${form}${hint}`);
    }
    if (name === "") return badRequest(`"=${excerpt(value)}" has no name before the "=": expected ${form}`);
    if (value.length > MAX_VALUE_BYTES && decodedLength(value) > MAX_VALUE_BYTES) {
      return { status: 413, problem: `the value of ${excerpt(name)} is over ${MAX_VALUE_BYTES} bytes` };
    }
  }
  return undefined;
}

/** Each escape takes three bytes and stands for one. */
function decodedLength(value: string): number {
  return value.length - 2 * (value.match(/%[0-9a-fA-F]{2}/g)?.length ?? 0);
}

/** Values of one request; far more than any body of real data has, and few enough to be sent in one batch. */
const MAX_POINTS = 10_000;

function badRequest(problem: string): Refusal {
  return { status: 400, problem };
}

function excerpt(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, "?");
  return printable.length <= 40 ? printable : `${printable.slice(0, 40)}...`;
}
