/** The types of supervisord.conf: each converter takes the text of an option and gives the value, or supervisord's words for what is wrong. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { parseByteSize } from "@gateway-engine/core/sizes";
import { LOG_LEVEL_NAMES, type LogLevelName, type ProcessConfig } from "./model.ts";
import { pythonRepr } from "./python-repr.ts";

export type Converter<Value> = (text: string) => Result<Value, string>;

export const text: Converter<string> = ok;

export const integer: Converter<number> = (raw) =>
  /^\s*[+-]?\d+(_\d+)*\s*$/.test(raw)
    ? ok(Number(raw.replaceAll("_", "")))
    : fail(`a whole number is expected, not ${pythonRepr(raw)}`);

/** A whole number above 0. */
export const count: Converter<number> = (raw) =>
  /^\s*0*[1-9]\d*\s*$/.test(raw) ? ok(Number(raw)) : fail(`a whole number above 0 is expected, not ${pythonRepr(raw)}`);

export const boolean: Converter<boolean> = (raw) => {
  const value = raw.toLowerCase();
  if (TRUE_WORDS.includes(value)) return ok(true);
  if (FALSE_WORDS.includes(value)) return ok(false);
  return fail(`not a valid boolean value: ${pythonRepr(raw)}; true or false is expected`);
};

/** Bytes; less than none means what none means. */
export const byteSize: Converter<number> = (raw) => {
  const size = parseByteSize(raw);
  return size.ok ? size : fail(`${size.problem} is expected, not ${pythonRepr(raw)}`);
};

export const octal: Converter<number> = (raw) =>
  /^\s*(0o)?[0-7]+\s*$/i.test(raw)
    ? ok(Number.parseInt(raw.trim().replace(/^0o/i, ""), 8))
    : fail(`${raw} can not be converted to an octal type`);

export const exitCodes: Converter<readonly number[]> = (raw) => {
  if (raw === "") return ok([]);
  const codes = raw.split(",").map((code) => (/^\s*\d+\s*$/.test(code) ? Number(code) : Number.NaN));
  return codes.every((code) => code >= 0 && code <= 255)
    ? ok(codes)
    : fail(`not a valid list of exit codes: ${pythonRepr(raw)}`);
};

export const autorestart: Converter<ProcessConfig["autorestart"]> = (raw) => {
  const value = raw.toLowerCase();
  if (value === "unexpected") return ok(value);
  if (TRUE_WORDS.includes(value)) return ok("always");
  if (FALSE_WORDS.includes(value)) return ok("never");
  return fail(`invalid 'autorestart' value ${pythonRepr(value)}`);
};

export const logLevel: Converter<LogLevelName> = (raw) => {
  const level = LOG_LEVEL_NAMES.find((name) => name === raw.toLowerCase());
  if (level !== undefined) return ok(level);
  return fail(`bad logging level name ${pythonRepr(raw)}; one of ${LOG_LEVEL_NAMES.join(", ")} is expected`);
};

/** Comma separated, blanks around each item left out. */
export const list: Converter<readonly string[]> = (raw) =>
  ok(raw === "" ? [] : raw.split(",").map((item) => item.trim()));

/** The name of a program, a group or a process. */
export const name: Converter<string> = (raw) => {
  const bad = [" ", ":", "/"].find((character) => raw.trim().includes(character));
  return bad === undefined
    ? ok(raw.trim())
    : fail(`Invalid name: ${pythonRepr(raw)} because of character: ${pythonRepr(bad)}`);
};

/** `host:port`, `:port`, `*:port` or `port`; no host, or `*`, means every address. */
export const inetAddress: Converter<{ readonly host: string; readonly port: number }> = (raw) => {
  const match = /^(?:(.*):)?\s*(\d+)\s*$/.exec(raw);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65535) return fail(`not a valid port number: ${pythonRepr(raw)}`);
  const host = (match[1] ?? "").toLowerCase();
  return ok({ host: host === "*" ? "" : host, port });
};

const TRUE_WORDS = ["yes", "true", "on", "1"];
const FALSE_WORDS = ["no", "false", "off", "0"];
