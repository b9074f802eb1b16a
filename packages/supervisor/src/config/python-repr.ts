/**
 * A text as Python's `repr()` shows it: in single quotes, or in double quotes when only single ones are inside.
 * supervisord's messages quote that way, and people search logs for them.
 */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\p{Cc}]/gu, escapeCharacter);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapeCharacter(char: string): string {
  const short = SHORT_ESCAPES[char];
  return short ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
