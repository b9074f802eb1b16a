/** What the original's handlers say of each status, word for word. */

const TIMED_OUT = "Request timed out";

/** Of a write or a read. @returns undefined when the status has no text of its own */
export function callText(code: number): string | undefined {
  if (code === 304) return "Not modified";
  if (code === 401) return "No or invalid CIK.";
  if (code >= 400 && code < 500) return "There was an error* with the request by the client.";
  if (code >= 500) return "There way an error with the request on the server.";
  return undefined;
}

export function activationText(code: number, identity: string): string | undefined {
  if (code === 200) return undefined;
  const known: Readonly<Record<number, string>> = {
    0: TIMED_OUT,
    403: "Received 403 from activation attempt. Device Not in 1P",
    404: `Client described by ${identity} is not found on the system.`,
    409: "Received 409 from activation attempt. Device Not Enabled",
  };
  return known[code] ?? `Response code: ${code} :: Something went wrong.`;
}

/** A text as Python shows it. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\x00-\x1f\x7f'"]/g, (char) => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    return ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `${quote}${escaped}${quote}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
