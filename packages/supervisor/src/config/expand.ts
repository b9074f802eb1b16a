/**
 * `%(name)s` expressions, as Python's `text % names` fills them in.
 *
 * @see https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { pythonRepr } from "./python-repr.ts";

/** What a text may refer to; process numbers are numbers, so that `%(process_num)02d` works. */
export type Expansions = ReadonlyMap<string, string | number>;

/**
 * @param option what is being expanded, `program:web.command`, for the message
 * @returns the filled text, or supervisord's own message
 */
export function expand(text: string, names: Expansions, option: string): Result<string, string> {
  let expanded = "";
  let at = 0;
  for (const match of text.matchAll(CONVERSION)) {
    expanded += text.slice(at, match.index);
    at = match.index + match[0].length;
    const filled = fill(match, names);
    if (!filled.ok) return fail(describe(filled.problem, text, names, option));
    expanded += filled.value;
  }
  return ok(expanded + text.slice(at));
}

/** `%`, then perhaps `(name)`, flags, width, precision, a length that means nothing, and the kind of conversion. */
const CONVERSION = /%(?:\(([^)]*)(\))?)?([#0\- +]*)(\d*)(?:\.(\d*))?[hlL]?(.?)/gsu;

type FillProblem = { readonly unknown: string } | { readonly malformed: string };

function fill(match: RegExpExecArray, names: Expansions): Result<string, FillProblem> {
  const [whole, name, closed, flags = "", width = "", precision, kind = ""] = match;
  if (name === undefined && kind === "%") return ok("%");
  if (name !== undefined && closed === undefined) return fail({ malformed: "incomplete format key" });
  if (name === undefined && kind !== "" && KINDS.includes(kind))
    return fail({ malformed: `${whole} has no (name); write %% for %` });
  const value = name === undefined ? "" : names.get(name);
  if (value === undefined) return fail({ unknown: name ?? "" });
  if (kind === "") return fail({ malformed: "incomplete format" });
  if (!KINDS.includes(kind)) return fail({ malformed: unsupported(kind, match) });
  const shown = show(value, kind, precision);
  return shown.ok ? ok(pad(shown.value, flags, Number(width))) : fail({ malformed: shown.problem });
}

const NUMERIC_KINDS = "diuoxXeEfFgG";
const KINDS = `sra${NUMERIC_KINDS}`;

function show(value: string | number, kind: string, precision: string | undefined): Result<string, string> {
  if (!NUMERIC_KINDS.includes(kind)) {
    const text = kind === "s" || typeof value === "number" ? String(value) : pythonRepr(value);
    return ok(precision === undefined ? text : text.slice(0, Number(precision)));
  }
  if (typeof value === "string") return fail(`%${kind} format: a real number is required, not str`);
  if (kind === "x") return ok(value.toString(16));
  if (kind === "X") return ok(value.toString(16).toUpperCase());
  if (kind === "o") return ok(value.toString(8));
  if ("diu".includes(kind)) return ok(String(value).padStart(Number(precision ?? 0), "0"));
  return fail(`%${kind} is not offered here; use %d or %s`);
}

function pad(shown: string, flags: string, width: number): string {
  const signed = flags.includes("+") && /^\d/.test(shown) ? `+${shown}` : shown;
  if (flags.includes("-")) return signed.padEnd(width);
  if (!flags.includes("0")) return signed.padStart(width);
  const sign = /^[+-]?/.exec(signed)?.[0] ?? "";
  return sign + signed.slice(sign.length).padStart(width - sign.length, "0");
}

function unsupported(kind: string, match: RegExpExecArray): string {
  const hex = (kind.codePointAt(0) ?? 0).toString(16);
  const index = [...match.input.slice(0, match.index + match[0].length)].length - 1;
  return `unsupported format character '${kind}' (0x${hex}) at index ${index}`;
}

function describe(problem: FillProblem, text: string, names: Expansions, option: string): string {
  const format = `Format string ${pythonRepr(text)} for ${pythonRepr(option)}`;
  if ("malformed" in problem) return `${format} is badly formatted: ${problem.malformed}`;
  const available = [...names.keys()].sort().join(", ");
  return `${format} contains names (${pythonRepr(problem.unknown)}) which cannot be expanded. Available names: ${available}`;
}
