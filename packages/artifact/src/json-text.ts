import { fail, ok, type Result } from "@gateway-engine/core/result";

/** @returns the value, or where the text stops being JSON: `line 2, column 14: not JSON: ...` */
export function parseJson(text: string): Result<unknown, string> {
  const json = text.replace(/^\uFEFF/, "");
  const problem = problemOf(json);
  return problem === undefined ? ok(JSON.parse(json)) : fail(`${position(json, problem)}: not JSON: ${plain(problem)}`);
}

/** What V8 says of a text that is not JSON. */
function problemOf(json: string): string | undefined {
  try {
    JSON.parse(json);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function plain(problem: string): string {
  return problem.replace(/ in JSON at position .*| at position .*|, (\.\.\.)?".* is not valid JSON$/s, "");
}

function position(json: string, problem: string): string {
  const before = json.slice(0, offset(json, problem));
  const line = before.split("\n").length;
  return `line ${line}, column ${before.length - before.lastIndexOf("\n")}`;
}

/** V8 leaves out the place of an unexpected token, which is behind the longest beginning that has none; and of the end. */
function offset(json: string, problem: string): number {
  const said = /at position (\d+)/.exec(problem);
  if (said !== null) return Number(said[1]);
  if (!hasUnexpectedToken(json)) return json.length;
  let [good, bad] = [0, json.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (hasUnexpectedToken(json.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return good;
}

function hasUnexpectedToken(json: string): boolean {
  return problemOf(json)?.startsWith("Unexpected token") ?? false;
}
