/**
 * How many files we may open, and how many our children.
 *
 * A child inherits our limit. So ours is what a child shall have, as long as that is enough for us too. With many
 * processes it is not: then ours is as high as possible, and each child is started with its own.
 *
 * @see docs/decisions/0006-children-have-the-limits-that-were-found.md
 */
import type { ResourceLimit } from "@gateway-engine/core/resource-limits";
import type { DaemonLog } from "../logs/daemon-log.ts";

export interface OpenFilesDeps {
  /** Sets our own limit. @returns why it could not be set */
  readonly set: (limit: ResourceLimit) => string | undefined;
}

export class OpenFiles {
  /** What a child shall have. */
  readonly #wanted: ResourceLimit;
  readonly #deps: OpenFilesDeps;
  #ours: ResourceLimit;
  /** Without `prlimit`, neither our limit nor that of a child can be set. */
  #isStuck = false;

  constructor(wanted: ResourceLimit, ours: ResourceLimit, deps: OpenFilesDeps) {
    this.#wanted = wanted;
    this.#ours = ours;
    this.#deps = deps;
  }

  /** The limit that a child has to be started with; undefined: it inherits the right one, or we cannot help it. */
  get forChildren(): ResourceLimit | undefined {
    return this.#ours.soft === this.#wanted.soft || this.#isStuck ? undefined : this.#wanted;
  }

  /** Makes sure that we can look after so many processes. */
  provideFor(processes: number, log: Pick<DaemonLog, "write">): void {
    const { hard } = this.#wanted;
    const needed = OWN_FILES + processes * FILES_A_PROCESS;
    const ours = needed <= this.#wanted.soft ? this.#wanted : { soft: hard, hard };
    if (ours.soft === this.#ours.soft || this.#isStuck) return;
    const problem = this.#deps.set(ours);
    if (problem === undefined) {
      this.#ours = ours;
      return;
    }
    this.#isStuck = true;
    const reason = problem === "no-prlimit" ? "the command prlimit is missing" : "the limit cannot be changed";
    const [now, wanted] = [this.#ours.soft, this.#wanted.soft];
    if (now !== wanted) log.write("WARN", `programs may open ${now} files instead of ${wanted}: ${reason}`);
  }
}

/** Sockets, connections, logs, what Node has open, and what is open only while a child is made. */
const OWN_FILES = 150;
/** Two pipes and two logs, and one to spare. */
const FILES_A_PROCESS = 5;
