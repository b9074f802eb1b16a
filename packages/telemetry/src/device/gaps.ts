/** What a report could not say, each with the reason in a few words: `temperature: no sensor`. */
export class Gaps {
  readonly #found = new Set<string>();

  add(what: string, why: string): void {
    this.#found.add(`${what}: ${why}`);
  }

  /** Sorted, so that the same gaps make the same report. @returns at most `MOST_GAPS` and a line that counts the rest */
  list(): readonly string[] {
    const sorted = [...this.#found].sort();
    if (sorted.length <= MOST_GAPS) return sorted;
    return [...sorted.slice(0, MOST_GAPS), `and ${sorted.length - MOST_GAPS} more`];
  }
}

const MOST_GAPS = 24;
