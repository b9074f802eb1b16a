import { dirname } from "node:path";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import { DiskRoom } from "@gateway-engine/core/disk-room";
import { AuthenticationError, PackageError, StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Downloaded, DownloadOrder } from "@gateway-engine/device-client/download";
import type { Install } from "../journal/journal.ts";
import { DISK_RESERVE_BYTES } from "./disk-reserve.ts";
import type { Release } from "./state.ts";

export interface FetchDeps {
  readonly files: Files;
  readonly downloadsDir: string;
  /** From the gateway's own product. @throws AuthenticationError E_NOT_ACTIVATED when the CIK is not taken */
  readonly download: (order: Omit<DownloadOrder, "product">) => Promise<Downloaded>;
  /** Resolves as soon as the gateway is activated. */
  readonly activated: (signal: AbortSignal) => Promise<void>;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Bytes that are here, and bytes in all. */
  readonly onFetched: (received: number, total: number) => void;
}

/** Largest package that is taken, in bytes. */
const MAX_PACKAGE_BYTES = 2 * 1024 ** 3;

/** Brings packages here, from the server or from a file on the gateway. */
export class PackageFetcher {
  readonly #deps: FetchDeps;

  constructor(deps: FetchDeps) {
    this.#deps = deps;
  }

  /** Where an install's package lies once it is here, whole. */
  #packageFile({ id }: Install): string {
    return `${this.#deps.downloadsDir}/${id}/package.tar.gz`;
  }

  /** The bytes of a package that is here. */
  open(install: Install): AsyncIterable<Uint8Array> {
    return this.#deps.files.stream(this.#packageFile(install));
  }

  /** @throws PackageError E_PACKAGE_NAME, or what `downloadContent` throws */
  async fetch(install: Install, options: FetchOptions): Promise<Release> {
    const name = parsePackageName(install.name);
    if (!name.ok) throw new PackageError("E_PACKAGE_NAME", { name: install.name, problem: name.problem.problem });
    const file = this.#packageFile(install);
    if ((await this.#deps.files.stat(file)) === undefined) {
      await this.#deps.files.makeFolder(`${this.#deps.downloadsDir}/${install.id}`);
      if (install.source === undefined) await this.#download(install, file, options);
      else await this.#copy(install.source, file, options);
    }
    return { app: name.value.name, version: name.value.version };
  }

  /** Removes the package of an install that has ended. */
  async discard({ id }: Install): Promise<void> {
    await this.#deps.files.remove(`${this.#deps.downloadsDir}/${id}`);
  }

  /** Removes packages whose install ended just before the engine did. @param open ids of the installs that have not ended */
  async sweep(open: readonly string[]): Promise<void> {
    const { files, downloadsDir } = this.#deps;
    for (const id of await files.list(downloadsDir)) {
      if (!open.includes(id)) await files.remove(`${downloadsDir}/${id}`);
    }
  }

  /** A CIK that is refused in the middle is no fault of the package: the download goes on once there is a new one. */
  async #download(install: Install, destination: string, { signal, onFetched }: FetchOptions): Promise<void> {
    const { name: id, sha256, size } = install;
    for (;;) {
      await this.#deps.activated(signal);
      try {
        const order = { id, destination, sha256, size, maxBytes: MAX_PACKAGE_BYTES, reserveBytes: DISK_RESERVE_BYTES };
        await this.#deps.download({
          ...order,
          signal,
          onProgress: ({ received, total }) => onFetched(received, total),
        });
        return;
      } catch (error) {
        if (!(error instanceof AuthenticationError && error.code === "E_NOT_ACTIVATED")) throw error;
      }
    }
  }

  /** A copy, because the stick that the file is on may be gone after a restart. */
  async #copy(source: string, destination: string, { signal, onFetched }: FetchOptions): Promise<void> {
    const { files } = this.#deps;
    const found = await files.stat(source);
    if (found === undefined) {
      throw new StorageError("E_FILE_READ", { file: source, reason: "no such file or folder" });
    }
    const partial = `${destination}.part`;
    const copy = await files.openForAppend(partial, 0);
    const room = new DiskRoom(files, dirname(partial), DISK_RESERVE_BYTES);
    let copied = 0;
    try {
      await room.check(found.size);
      for await (const chunk of files.stream(source)) {
        signal.throwIfAborted();
        await room.take(chunk.length);
        await copy.append(chunk);
        copied += chunk.length;
        onFetched(copied, found.size);
      }
      await copy.sync();
    } finally {
      await copy.close();
    }
    await files.rename(partial, destination);
    await files.syncFolder(dirname(destination));
    await files.syncFolder(this.#deps.downloadsDir);
  }
}
