/**
 * Numbers the durable steps of a program and of those that it starts (each write, truncation, sync, rename, link, removal
 * and change of mode or owner below a folder), and lets a test kill the program at one of them, shut down its file system
 * there, or make its disk fail. Needs a C compiler.
 *
 * ```ts
 * const library = buildStepLibrary(folder.path);
 * const steps = new DurableSteps({ library, folder: root, notes: folder.path });
 * launchProgram("gmq", [], { env: steps.env });
 * ```
 */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";

const SOURCE = resolve(import.meta.dirname, "../../c/durable-steps.c");

/** Places of the shared numbers in the control file, as in `durable-steps.c`. */
const FIELDS = { steps: 0, actAt: 1, action: 2, writeErrno: 3, syncErrno: 4, shortWrite: 5 } as const;

const ACTIONS = { "kill-before": 1, "kill-after": 2, "shutdown-before": 3, "shutdown-after": 4 } as const;

export type StepAction = keyof typeof ACTIONS;

/** `shutdown` is a hard one, of the file system, and takes the program along, as a power cut would. */
export interface CrashPoint {
  readonly step: number;
  readonly action: StepAction;
}

export interface DurableStep {
  readonly step: number;
  /** Which took it, such as `node`, or `cp` in a script. */
  readonly program: string;
  /** The system call, such as `pwrite64`. */
  readonly call: string;
  /** Of a write; of a truncation the new length. */
  readonly offset: number;
  readonly bytes: number;
  readonly path: string;
}

export interface StepSetup {
  /** What {@link buildStepLibrary} built. */
  readonly library: string;
  /** What lies below it counts. */
  readonly folder: string;
  /** A folder on a healthy disk, for the counts. */
  readonly notes: string;
  /** What a shutdown shuts down. */
  readonly mountPoint?: string;
}

/** What the disk does from now on; what is left out works. */
export interface DiskFault {
  /** Answer to every step but a sync. */
  readonly writes?: DiskErrno;
  /** Answer to fsync and fdatasync. */
  readonly syncs?: DiskErrno;
  /** Half of what is given is written. */
  readonly shortWrites?: boolean;
}

const ERRNO = { EIO: 5, ENOSPC: 28, EROFS: 30 } as const;

export type DiskErrno = keyof typeof ERRNO;

/** @returns the library to be preloaded */
export function buildStepLibrary(folder: string): string {
  const library = join(folder, "durable-steps.so");
  execFileSync("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, SOURCE]);
  return library;
}

export class DurableSteps {
  /** To be added to the environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly #control: string;
  readonly #log: string;

  constructor({ library, folder, notes, mountPoint = folder }: StepSetup) {
    this.#control = join(notes, "steps.control");
    this.#log = join(notes, "steps.log");
    rmSync(this.#log, { force: true });
    writeFileSync(this.#control, Buffer.alloc(8 * Object.keys(FIELDS).length));
    this.env = {
      LD_PRELOAD: library,
      DURABLE_STEPS_FOLDER: folder,
      DURABLE_STEPS_CONTROL: this.#control,
      DURABLE_STEPS_LOG: this.#log,
      DURABLE_STEPS_MOUNT: mountPoint,
    };
  }

  get count(): number {
    const value = Buffer.alloc(8);
    const file = openSync(this.#control, "r");
    readSync(file, value, 0, 8, 8 * FIELDS.steps);
    closeSync(file);
    return Number(value.readBigInt64LE());
  }

  /** Every step so far, also one that was not survived. */
  get taken(): readonly DurableStep[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, "utf8").split("\n").filter(Boolean).map(readStep);
  }

  crashAt({ step, action }: CrashPoint): void {
    this.#set("action", ACTIONS[action]);
    this.#set("actAt", step);
  }

  /** From the next step on. */
  fail({ writes, syncs, shortWrites = false }: DiskFault): void {
    this.#set("writeErrno", writes === undefined ? 0 : ERRNO[writes]);
    this.#set("syncErrno", syncs === undefined ? 0 : ERRNO[syncs]);
    this.#set("shortWrite", shortWrites ? 1 : 0);
  }

  heal(): void {
    this.fail({});
  }

  #set(field: keyof typeof FIELDS, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    const file = openSync(this.#control, "r+");
    writeSync(file, bytes, 0, 8, 8 * FIELDS[field]);
    closeSync(file);
  }
}

export function isSync({ call }: Pick<DurableStep, "call">): boolean {
  return call === "fsync" || call === "fdatasync";
}

function readStep(line: string): DurableStep {
  const [step, program = "", call = "", offset, bytes, ...path] = line.split(" ");
  return { step: Number(step), program, call, offset: Number(offset), bytes: Number(bytes), path: path.join(" ") };
}
