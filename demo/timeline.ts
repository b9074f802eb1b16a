/** The demo's account of what happened when, from the events that the server and the gateway's journal recorded themselves. */
import { systemClock } from "@gateway-engine/platform/clock";

export interface TimelineEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** Gives the entries that are new since the last call. */
export type TimelineSource = () => Promise<readonly TimelineEntry[]>;

export class Timeline {
  readonly startedAt: number = systemClock.now();
  readonly #write: (line: string) => void;
  readonly #sources: TimelineSource[] = [];

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  follow(source: TimelineSource): void {
    this.#sources.push(source);
  }

  /** A step of the demo itself, after what the programs did until then. */
  async say(who: string, what: string): Promise<void> {
    const at = systemClock.now();
    await this.advance();
    this.#print({ at, who, what });
  }

  /** Prints what is new, in the order in which it happened. What happened before this run is history. */
  async advance(): Promise<void> {
    const fresh = (await Promise.all(this.#sources.map((source) => source()))).flat();
    for (const entry of fresh.toSorted((a, b) => a.at - b.at)) if (entry.at >= this.startedAt) this.#print(entry);
  }

  #print({ at, who, what }: TimelineEntry): void {
    const seconds = ((at - this.startedAt) / 1000).toFixed(2).padStart(6);
    this.#write(`${seconds} s  ${who.padEnd(16)} ${what}\n`);
  }
}
