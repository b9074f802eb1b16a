/** Names as people write them: `process`, `group:process`, and `group:*` for all of a group. */

export interface Namespec {
  readonly group: string;
  /** undefined: every process of the group. */
  readonly process: string | undefined;
}

export function splitNamespec(namespec: string): Namespec {
  const colon = namespec.indexOf(":");
  if (colon === -1) return { group: namespec, process: namespec };
  const process = namespec.slice(colon + 1);
  return { group: namespec.slice(0, colon), process: process === "" || process === "*" ? undefined : process };
}

/** `group:process`, or the one name when both are the same. */
export function makeNamespec(group: string, process: string | undefined): string {
  return group === process ? group : `${group}:${process ?? "None"}`;
}
