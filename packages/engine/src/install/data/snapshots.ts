import { StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { DISK_RESERVE_BYTES } from "../disk-reserve.ts";

export interface SnapshotDeps {
  readonly files: Files;
  readonly commands: CommandRunner;
  /** One folder an install. */
  readonly snapshotsDir: string;
}

interface SnapshotEntry {
  readonly path: string;
  /** Otherwise there was nothing at the path. */
  readonly existed: boolean;
}

/**
 * Copies of data as they were before an install, to be put back when it is rolled back.
 *
 * In `<snapshotsDir>/<install>/`: `paths.json` says what was copied, `0`, `1` and so on are the copies. The folder gets its
 * name when all is on disk. Nothing may write to the data meanwhile. Every method may be cut off anywhere and called again.
 */
export class DataSnapshots {
  readonly #deps: SnapshotDeps;

  constructor(deps: SnapshotDeps) {
    this.#deps = deps;
  }

  async has(install: string): Promise<boolean> {
    return (await this.#deps.files.stat(this.#folder(install))) !== undefined;
  }

  /** The installs of which there is a copy, or a part of one. */
  async remembered(): Promise<readonly string[]> {
    const { files, snapshotsDir } = this.#deps;
    return (await files.list(snapshotsDir)).map((name) => name.replace(/\.partial$/, ""));
  }

  /** A copy that is there already stays as it is: the new version may have written since. @throws StorageError, E_DISK_FULL */
  async take(install: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (await this.has(install)) return;
    const { files, snapshotsDir } = this.#deps;
    const partial = `${this.#folder(install)}.partial`;
    await files.remove(partial);
    await files.makeFolder(partial, 0o700);
    await this.#requireRoom(paths);
    const entries: SnapshotEntry[] = [];
    for (const [index, path] of paths.entries()) {
      const existed = (await files.stat(path)) !== undefined;
      if (existed) await this.#copy(path, `${partial}/${index}`, signal);
      entries.push({ path, existed });
    }
    await files.writeAtomic(`${partial}/paths.json`, JSON.stringify(entries), 0o600);
    await this.#run("sync", [], signal);
    await files.rename(partial, this.#folder(install));
    await files.syncFolder(snapshotsDir);
  }

  /** Afterwards the snapshot is gone, so that it is never put back over what the old version has written since. */
  async putBack(install: string, signal: AbortSignal): Promise<void> {
    const { files, snapshotsDir } = this.#deps;
    const folder = this.#folder(install);
    const entries = JSON.parse((await files.readText(`${folder}/paths.json`)) ?? "[]") as readonly SnapshotEntry[];
    for (const [index, { path, existed }] of entries.entries()) {
      const copy = `${path}.gwe-snapshot`;
      await files.remove(copy);
      if (existed) await this.#copy(`${folder}/${index}`, copy, signal);
      await files.remove(path);
      if (existed) await files.rename(copy, path);
    }
    await this.#run("sync", [], signal);
    await files.rename(folder, `${folder}.partial`);
    await files.syncFolder(snapshotsDir);
    await this.forget(install);
  }

  async forget(install: string): Promise<void> {
    await this.#deps.files.remove(`${this.#folder(install)}.partial`);
    await this.#deps.files.remove(this.#folder(install));
  }

  #folder(install: string): string {
    return `${this.#deps.snapshotsDir}/${install}`;
  }

  async #requireRoom(paths: readonly string[]): Promise<void> {
    const { files, snapshotsDir } = this.#deps;
    let needed = DISK_RESERVE_BYTES;
    for (const path of paths) needed += await treeBytes(files, path);
    const free = await files.freeBytes(snapshotsDir);
    if (needed <= free) return;
    const reason = `a snapshot of ${paths.join(", ")} needs ${needed - DISK_RESERVE_BYTES} bytes, and ${free} are free`;
    throw new StorageError("E_DISK_FULL", { what: "the application's data", reason });
  }

  /** With owners, modes, times and links. Where the file system can, both share their blocks until one of them is changed. */
  async #copy(from: string, to: string, signal: AbortSignal): Promise<void> {
    const shared = await this.#tryRun("cp", ["-a", "--reflink=auto", "--", from, to], signal);
    if (shared.kind === "exited" && shared.status === 0) return;
    await this.#deps.files.remove(to);
    await this.#run("cp", ["-a", "--", from, to], signal);
  }

  async #run(file: string, args: readonly string[], signal: AbortSignal): Promise<void> {
    const result = await this.#tryRun(file, args, signal);
    if (result.kind === "exited" && result.status === 0) return;
    const reason = result.said || result.kind;
    throw new StorageError("E_FILE_WRITE", { file: args.at(-1) ?? this.#deps.snapshotsDir, reason });
  }

  async #tryRun(
    file: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CommandResult & { readonly said: string }> {
    let said = "";
    const result = await this.#deps.commands.run({
      file,
      args,
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      timeoutMs: COPY_LIMIT_MS,
      graceMs: 1000,
      signal,
      onOutput: (chunk) => {
        said ||= new TextDecoder().decode(chunk).split("\n", 1)[0] ?? "";
      },
    });
    signal.throwIfAborted();
    return { ...result, said };
  }
}

/** What a copy takes at most; links count as nothing. */
async function treeBytes(files: Files, path: string): Promise<number> {
  const found = await files.stat(path);
  if (found?.kind !== "folder") return found?.kind === "file" ? found.size : 0;
  let bytes = 0;
  for (const name of await files.list(path)) bytes += await treeBytes(files, `${path}/${name}`);
  return bytes;
}

/** A large folder on a slow card. */
const COPY_LIMIT_MS = 3_600_000;
