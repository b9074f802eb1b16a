/**
 * The `environment=` option: `KEY="value",OTHER=value`.
 *
 * Read as supervisor does it: the text is cut into tokens, and the tokens are taken in fours, a key, `=`, a value and
 * a separator that is not looked at. So a value with any character besides letters, digits and `_/.+-():` needs quotes,
 * and an unquoted `#` begins a comment.
 *
 * @see https://docs.python.org/3/library/shlex.html, POSIX mode
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { pythonRepr } from "./python-repr.ts";

export function parseEnvironment(text: string): Result<Readonly<Record<string, string>>, string> {
  const tokens = new Tokens(text).all();
  if (!tokens.ok) return tokens;
  const entries: [string, string][] = [];
  for (let at = 0; at < tokens.value.length; at += 4) {
    const [key, equals, value] = tokens.value.slice(at, at + 3);
    if (key === undefined || equals !== "=" || value === undefined) {
      return fail(`Unexpected end of key/value pairs in value ${pythonRepr(text)}`);
    }
    entries.push([key, value]);
  }
  return ok(Object.fromEntries(entries));
}

const WORD_CHARACTER = /[\w/.+\-():ßà-öø-ÿÀ-ÖØ-Þ]/;

/** A reader over the text that hands out one token at a time. */
class Tokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Result<readonly string[], string> {
    const tokens: string[] = [];
    for (;;) {
      this.#skipBlanksAndComments();
      if (this.#at >= this.#text.length) return ok(tokens);
      const token = this.#next();
      if (!token.ok) return token;
      tokens.push(token.value);
    }
  }

  #skipBlanksAndComments(): void {
    const blanks = /(?:[ \t\r\n]|#[^\n]*)*/y;
    blanks.lastIndex = this.#at;
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0;
  }

  /** A word with its quotes resolved, or one single other character. */
  #next(): Result<string, string> {
    const start = this.#at;
    let token = "";
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === '"' || char === "'") {
        const quoted = this.#quoted(char);
        if (!quoted.ok) return quoted;
        token += quoted.value;
      } else if (char === "\\") {
        this.#at += 1;
        if (this.#at >= this.#text.length) return fail("No escaped character");
        token += this.#text.charAt(this.#at);
      } else if (WORD_CHARACTER.test(char)) {
        token += char;
      } else {
        break;
      }
    }
    if (this.#at > start) return ok(token);
    const single = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += single.length;
    return ok(single);
  }

  /** From the opening quote to the closing one, where it leaves the reader. */
  #quoted(quote: string): Result<string, string> {
    let inside = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === quote) return ok(inside);
      const next = this.#text.charAt(this.#at + 1);
      if (quote === '"' && char === "\\" && (next === '"' || next === "\\")) {
        inside += next;
        this.#at += 1;
      } else {
        inside += char;
      }
    }
    return fail("No closing quotation");
  }
}
