/**
 * Words as Python's shlex splits them: POSIX quoting without variables, globs or comments.
 *
 * @see https://docs.python.org/3/library/shlex.html#parsing-rules
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/** Python's words for the two ways in which a command line can break off. */
export type SplitProblem = "No closing quotation" | "No escaped character";

/** Splits a command line into its words, as `shlex.split` does. */
export function splitWords(text: string): Result<readonly string[], SplitProblem> {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\" && quote !== "'") {
      const next = text.charAt(at + 1);
      if (next === "") return fail("No escaped character");
      word = (word ?? "") + (quote === '"' && next !== '"' && next !== "\\" ? `\\${next}` : next);
      at += 1;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== undefined) return fail("No closing quotation");
  if (word !== undefined) words.push(word);
  return ok(words);
}
