import { processName, type SupervisedProcess } from "./supervised-process.ts";

/** Counts restarts by the times of starts, for a supervisor that does not count them itself. Begins when it is made. */
export class RestartCounts {
  #lives: ReadonlyMap<string, Life> = new Map();

  /** @param processes all that there are; others are forgotten @returns restarts, by name */
  count(processes: readonly SupervisedProcess[]): ReadonlyMap<string, number> {
    this.#lives = new Map(
      processes.map((process) => {
        const name = processName(process);
        return [name, lifeAfter(this.#lives.get(name), process.start)];
      }),
    );
    return new Map(Array.from(this.#lives, ([name, { restarts }]) => [name, restarts]));
  }
}

interface Life {
  /** Seconds since 1970; 0: never started. */
  readonly start: number;
  readonly restarts: number;
}

function lifeAfter(before: Life | undefined, start: number): Life {
  const restarts = before?.restarts ?? 0;
  const isAnother = before !== undefined && before.start !== 0 && before.start !== start;
  return { start, restarts: restarts + (isAnother ? 1 : 0) };
}
