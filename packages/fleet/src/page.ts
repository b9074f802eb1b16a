/** Which page of a list: at most `limit` entries after the one that `after` names. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string;
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** The cursor of the next page, or null after the last one. */
  readonly next: string | null;
}

/**
 * Makes a page from rows that were read with `limit + 1`: the row too many says that there is a next page.
 *
 * @param cursor the cursor that stands for an entry
 */
export function toPage<Entry>(rows: readonly Entry[], limit: number, cursor: (entry: Entry) => string): Page<Entry> {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}
