/** Milliseconds since 1970, in whole seconds: what a statement says about time. */
export type Instant = number;

/** Reads RFC 3339 in UTC and whole seconds, `2026-01-31T12:00:00Z`. @returns undefined for anything else */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const at = Date.parse(text);
  // February 30th is read as March 2nd.
  return Number.isNaN(at) || formatInstant(at) !== text ? undefined : at;
}

export function formatInstant(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}
