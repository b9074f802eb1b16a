/**
 * A small disk of its own: a file system in a file, mounted. Needs root.
 *
 * ```ts
 * using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
 * ```
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "../temporary-folder.ts";

export interface LoopDiskSetup {
  /** xfs wants at least 300 megabytes. */
  readonly fileSystem: "ext4" | "xfs";
  readonly megabytes: number;
  /** So many files fit on an ext4, instead of one for each 4 KiB. */
  readonly inodes?: number;
  /** Of the mount, such as `errors=remount-ro`. */
  readonly options?: readonly string[];
}

const UNMOUNT_TRIES = 600;

/** Waits for the end of its input, which comes when the process of the tests is gone, and leaves nothing mounted. */
const GUARD = 'read -r _; umount -l "$1/mounted"; rm -rf "$1"';

const MAKE = { ext4: ["mkfs.ext4", "-q", "-F"], xfs: ["mkfs.xfs", "-q", "-f"] } as const;

export class LoopDisk implements Disposable {
  readonly mountPoint: string;
  readonly #folder: TemporaryFolder;
  readonly #guard: ChildProcess;
  readonly #image: string;
  readonly #options: readonly string[];

  constructor({ fileSystem, megabytes, inodes, options = [] }: LoopDiskSetup) {
    this.#folder = temporaryFolder("disk");
    this.#image = join(this.#folder.path, "image");
    this.#options = options;
    this.mountPoint = join(this.#folder.path, "mounted");
    mkdirSync(this.mountPoint);
    writeFileSync(this.#image, "");
    truncateSync(this.#image, megabytes * 1024 * 1024);
    const [program, ...args] = MAKE[fileSystem];
    run(program, ...args, ...(inodes === undefined ? [] : ["-N", String(inodes)]), this.#image);
    this.mount();
    const arguments_ = ["-c", GUARD, "guard", this.#folder.path];
    this.#guard = spawn("/bin/sh", arguments_, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#guard.unref();
  }

  /** The loop device that the disk is. */
  get device(): string {
    return run("findmnt", "-n", "-o", "SOURCE", this.mountPoint).trim();
  }

  /** After a shutdown, the journal of the file system is replayed here. */
  mount(): void {
    run("mount", "-o", ["loop", ...this.#options].join(","), this.#image, this.mountPoint);
  }

  /**
   * The kernel may still be closing the files of a program that has just ended. And a program that was started meanwhile in
   * a mount namespace of its own holds the mount: what is mounted before that ends is the file system that was shut down.
   */
  unmount(): void {
    until(() => tryTo("umount", this.mountPoint));
    until(() => run("losetup", "-j", this.#image) === "");
  }

  /** Hard, as if the power were cut: whatever was not synced is gone. */
  shutDown(): void {
    run("xfs_io", "-x", "-c", "shutdown", this.mountPoint);
  }

  remount(): void {
    this.unmount();
    this.mount();
  }

  [Symbol.dispose](): void {
    this.#guard.kill("SIGKILL");
    this.unmount();
    this.#folder.remove();
  }
}

function until(condition: () => boolean): void {
  for (let left = UNMOUNT_TRIES; !condition(); left -= 1) {
    if (left === 0) throw new Error("the disk is still in use");
    run("sleep", "0.05");
  }
}

function tryTo(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
