import { PRIORITIES, type Priority } from "../spool/lane.ts";

/** Who of a device's lanes may begin something: none while a more urgent one is under way. */
export class Precedence {
  readonly #underWay = new Set<Priority>();
  readonly #waiting = new Map<Priority, (() => void)[]>();

  /** Resolves as soon as no more urgent lane is under way. */
  turn(priority: Priority): Promise<void> | undefined {
    if (this.#isFree(priority)) return undefined;
    return new Promise((resolve) => this.#waiting.set(priority, [...(this.#waiting.get(priority) ?? []), resolve]));
  }

  note(priority: Priority, isUnderWay: boolean): void {
    if (isUnderWay) {
      this.#underWay.add(priority);
      return;
    }
    if (!this.#underWay.delete(priority)) return;
    for (const [other, wakers] of this.#waiting) {
      if (!this.#isFree(other)) continue;
      this.#waiting.delete(other);
      for (const wake of wakers) wake();
    }
  }

  #isFree(priority: Priority): boolean {
    return PRIORITIES.slice(0, PRIORITIES.indexOf(priority)).every((other) => !this.#underWay.has(other));
  }
}
