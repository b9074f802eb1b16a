import { parsePackageName } from "@gateway-engine/artifact/package-name";
import {
  AuthenticationError,
  describeError,
  InstallError,
  PackageError,
  retryAfterMs,
  type TransportError,
} from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Random } from "@gateway-engine/core/random";
import { retryDelayMs } from "@gateway-engine/core/retry";
import {
  type Downloaded,
  type DownloadOrder,
  downloadFailed,
  mayGoThroughLater,
} from "@gateway-engine/device-client/download";
import { DownloadTries } from "@gateway-engine/device-client/download-tries";
import type { Install } from "../journal/orders.ts";
import type { CopyOrder } from "./copy-package.ts";
import { DISK_RESERVE_BYTES } from "./disk-reserve.ts";
import { FETCH_RETRY, isHopeless } from "./fetch-patience.ts";
import type { Release } from "./state.ts";

export interface FetchDeps {
  readonly files: Files;
  readonly downloadsDir: string;
  /** From the gateway's own product. @throws AuthenticationError E_NOT_ACTIVATED when the CIK is not taken */
  readonly download: (order: Omit<DownloadOrder, "product">, tries: DownloadTries) => Promise<Downloaded>;
  /** Resolves as soon as the gateway is activated. */
  readonly activated: (signal: AbortSignal) => Promise<void>;
  readonly random: Random;
}

/** A try has failed that may go through later. What has arrived is kept. */
export interface Stalled {
  readonly kind: "stalled";
  readonly reason: string;
  /** Milliseconds until the next try. */
  readonly waitMs: number;
}

export type Fetched = Stalled | { readonly kind: "fetched"; readonly release: Release };

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Bytes that are here, and bytes in all. */
  readonly onFetched: (received: number, total: number) => void;
}

/** Largest package that is taken, in bytes. */
const MAX_PACKAGE_BYTES = 2 * 1024 ** 3;
/** Longest detached signature that is taken, in bytes: as long as an embedded one may be. */
const MAX_SIGNATURE_BYTES = 32_768;

/** Brings packages here, from the server or from a file on the gateway. */
export class PackageFetcher {
  readonly #deps: FetchDeps;
  /** By where the content is to lie. */
  readonly #tries = new Map<string, DownloadTries>();

  constructor(deps: FetchDeps) {
    this.#deps = deps;
  }

  /** Where an install's package lies once it is here, whole. */
  packageFile({ id }: Install): string {
    return `${this.#deps.downloadsDir}/${id}/package.tar.gz`;
  }

  /** Where the signature that came beside the package lies, if there is one. */
  signatureFile({ id }: Install): string {
    return `${this.#deps.downloadsDir}/${id}/package.sig`;
  }

  /** @throws PackageError E_PACKAGE_NAME, or what `downloadContent` throws */
  async fetch(install: Install, options: FetchOptions): Promise<Fetched> {
    const name = parsePackageName(install.name);
    if (!name.ok) throw new PackageError("E_PACKAGE_NAME", { name: install.name, problem: name.problem.problem });
    const file = this.packageFile(install);
    if ((await this.#deps.files.stat(file)) === undefined) {
      await this.#deps.files.makeFolder(`${this.#deps.downloadsDir}/${install.id}`);
      const { name: id, source, sha256, size } = install;
      const { signal, onFetched } = options;
      const onProgress: DownloadOrder["onProgress"] = ({ received, total }) => onFetched(received, total);
      const order = { sha256, destination: file, signal };
      if (source !== undefined) await this.#copy({ ...order, name: id, source, onFetched });
      else {
        const stalled = await this.#download({ ...order, id, size, maxBytes: MAX_PACKAGE_BYTES, onProgress });
        if (stalled !== undefined) return stalled;
      }
    }
    return { kind: "fetched", release: { app: name.value.name, version: name.value.version } };
  }

  /** Brings `<package>.sig` from where the package came from. That there is none is no error. */
  async fetchSignature(install: Install, signal: AbortSignal): Promise<Stalled | undefined> {
    const { files } = this.#deps;
    const destination = this.signatureFile(install);
    if ((await files.stat(destination)) !== undefined) return undefined;
    const { name, source } = install;
    if (source === undefined) {
      const order = { id: `${name}.sig`, destination, maxBytes: MAX_SIGNATURE_BYTES, signal };
      return this.#download(order).catch(ignoreMissing);
    }
    const size = (await files.stat(`${source}.sig`))?.size;
    if (size === undefined) return undefined;
    if (size > MAX_SIGNATURE_BYTES) throw tooLongSignature(name);
    await this.#copy({ name: `${name}.sig`, source: `${source}.sig`, destination, signal, onFetched: () => {} });
    return undefined;
  }

  /** Removes packages of installs that have ended, and whatever else was put there. @param open ids of the installs that have not ended */
  async sweep(open: readonly string[]): Promise<void> {
    const { files, downloadsDir } = this.#deps;
    for (const id of await files.list(downloadsDir)) {
      if (!open.includes(id)) await files.remove(`${downloadsDir}/${id}`);
    }
  }

  /** A CIK that is refused in the middle is no fault of the package: the download goes on once there is a new one. */
  async #download(order: Omit<DownloadOrder, "product">): Promise<Stalled | undefined> {
    for (;;) {
      await this.#deps.activated(order.signal);
      try {
        await this.#deps.download({ ...order, reserveBytes: DISK_RESERVE_BYTES }, this.#triesFor(order.destination));
        this.#tries.delete(order.destination);
        return undefined;
      } catch (error) {
        if (mayGoThroughLater(error)) return this.#stalled(order, error);
        this.#tries.delete(order.destination);
        if (!(error instanceof AuthenticationError && error.code === "E_NOT_ACTIVATED")) throw error;
      }
    }
  }

  #triesFor(destination: string): DownloadTries {
    const tries = this.#tries.get(destination) ?? new DownloadTries();
    this.#tries.set(destination, tries);
    return tries;
  }

  /** @throws InstallError E_DOWNLOAD when it has gone on for too long */
  #stalled({ id, destination }: Omit<DownloadOrder, "product">, error: TransportError): Stalled {
    const tries = this.#triesFor(destination);
    if (isHopeless(tries)) {
      this.#tries.delete(destination);
      throw downloadFailed(id, error);
    }
    const waitMs = retryDelayMs(FETCH_RETRY, tries.failed, this.#deps.random, retryAfterMs(error));
    return { kind: "stalled", reason: describeError(error), waitMs };
  }

  /** A copy, because the stick that the file is on may be gone after a restart. */
  async #copy(order: Omit<CopyOrder, "reserveBytes">): Promise<void> {
    const { copyPackage } = await import("./copy-package.ts");
    await copyPackage(this.#deps.files, { ...order, reserveBytes: DISK_RESERVE_BYTES });
    await this.#deps.files.syncFolder(this.#deps.downloadsDir);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof InstallError && error.code === "E_CONTENT_MISSING")) throw error;
}

function tooLongSignature(name: string): PackageError {
  return new PackageError("E_SIGNATURE_INVALID", { name, problem: `it is longer than ${MAX_SIGNATURE_BYTES} bytes` });
}
