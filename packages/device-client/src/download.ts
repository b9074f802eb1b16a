/** Downloads from the content area that go on where they stopped, also after a restart of the program, and are checked whole. */
import { dirname } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import { DiskRoom } from "@gateway-engine/core/disk-room";
import type { ErrorCode } from "@gateway-engine/core/error-codes";
import {
  describeError,
  InstallError,
  isRetryable,
  PackageError,
  retryAfterMs,
  TransportError,
} from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { ContentInfo } from "@gateway-engine/protocol/device-api";
import type { ContentStream } from "./content.ts";
import type { DeviceClient } from "./device-client.ts";
import { DownloadTries } from "./download-tries.ts";
import { PartialFile } from "./partial-file.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface DownloadDeps {
  readonly client: Pick<DeviceClient, "contentInfo" | "openContent">;
  readonly files: Files;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly rateLimit?: RateLimit;
}

export interface Persistence {
  readonly random: Random;
  readonly retry?: RetrySchedule;
  /** After so many tries in a row that brought nothing new, the download fails. */
  readonly maxTries?: number;
}

export interface DownloadOrder {
  readonly product: string;
  /** Name in the content area. */
  readonly id: string;
  /** Absolute path. Beside it lie `.part` and `.part.json` until the download is done. One download at a time for a path. */
  readonly destination: string;
  /** What was ordered, as 64 hexadecimal digits. */
  readonly sha256?: string | undefined;
  /** What was ordered, in bytes. */
  readonly size?: number | undefined;
  /** A larger content is not even begun. */
  readonly maxBytes: number;
  /** Bytes that stay free on the disk; none unless told. */
  readonly reserveBytes?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly received: number; readonly total: number }) => void;
}

export interface Downloaded {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

const RETRY: RetrySchedule = { firstMs: 1000, maxMs: 60_000 };
const MAX_TRIES = 8;

/**
 * Fetches a content into `order.destination`, which appears only when it is whole, checked and on disk.
 *
 * A dropped line is taken up again with a range request; so is a part that an earlier run of the program left behind.
 * It begins again at byte 0 when the content was changed meanwhile, or when the server sends everything anyway.
 *
 * @throws InstallError E_CONTENT_MISSING or E_DOWNLOAD; PackageError E_PACKAGE_DIGEST or E_PACKAGE_LIMIT;
 *   StorageError E_DISK_FULL, also when only the reserve is left; AuthenticationError E_NOT_ACTIVATED; CancelledError, and then the part is kept
 */
export async function downloadContent(deps: DownloadDeps & Persistence, order: DownloadOrder): Promise<Downloaded> {
  const { clock, random, retry = RETRY, maxTries = MAX_TRIES } = deps;
  for (const tries = new DownloadTries(); ; ) {
    try {
      return await tryDownload(deps, order, tries);
    } catch (error) {
      if (!mayGoThroughLater(error)) throw error;
      if (tries.failed >= maxTries) throw downloadFailed(order.id, error);
      await clock.sleep(retryDelayMs(retry, tries.failed, random, retryAfterMs(error)), order.signal);
    }
  }
}

/**
 * The same in one try, for a caller who decides by `tries` how long to go on.
 *
 * @param tries all of this download
 * @throws as `downloadContent`, and TransportError: the part is kept, and another try may go through
 */
export async function tryDownload(deps: DownloadDeps, order: DownloadOrder, tries: DownloadTries): Promise<Downloaded> {
  const before = tries.furthest;
  const download = new Download(deps, order, tries);
  try {
    return await download.run();
  } catch (error) {
    if (mayGoThroughLater(error)) {
      const hasAnswered = download.hasAnswered || ANSWERS.includes(error.code);
      tries.note({ at: deps.clock.monotonic(), hasBroughtMore: tries.furthest > before, hasAnswered });
    }
    throw error;
  }
}

export function downloadFailed(name: string, cause: TransportError): InstallError {
  return new InstallError("E_DOWNLOAD", { name, reason: describeError(cause) }, { cause });
}

/** 416: the content became shorter between the question about it and the request for its rest. */
export function mayGoThroughLater(error: unknown): error is TransportError {
  return error instanceof TransportError && (isRetryable(error) || error.details["status"] === 416);
}

/** Errors that only a server that is there gives cause for. */
const ANSWERS: readonly string[] = ["E_SERVER", "E_RESPONSE_INVALID", "E_REFUSED"] satisfies ErrorCode[];

class Download {
  readonly #deps: DownloadDeps;
  readonly #order: DownloadOrder;
  readonly #tries: DownloadTries;
  readonly #room: DiskRoom;
  #hasAnswered = false;

  constructor(deps: DownloadDeps, order: DownloadOrder, tries: DownloadTries) {
    this.#deps = deps;
    this.#order = order;
    this.#tries = tries;
    this.#room = new DiskRoom(deps.files, dirname(order.destination), order.reserveBytes ?? 0);
  }

  /** Whether the server has told of the content. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  async run(): Promise<Downloaded> {
    const { client } = this.#deps;
    const { product, id, destination, signal } = this.#order;
    const info = await client.contentInfo(product, id, { signal });
    this.#hasAnswered = true;
    if (info === undefined) throw new InstallError("E_CONTENT_MISSING", { name: id, product });
    checkOrder(this.#order, info);
    const partial = await PartialFile.open(this.#deps, destination, info);
    let leave = () => partial.keep();
    try {
      const resumed = partial.length > 0;
      await this.#room.check(info.size - partial.length);
      while (partial.length < info.size) await this.#fill(partial, info);
      const sha256 = partial.sha256();
      if (this.#order.sha256 === undefined || sha256 === this.#order.sha256.toLowerCase()) {
        leave = () => partial.finish();
        return { size: info.size, sha256 };
      }
      leave = () => partial.discard();
      throw this.#wrongDigest(sha256, resumed);
    } finally {
      await leave();
    }
  }

  /** Appends what is missing, or a piece of it, from the server's stream. */
  async #fill(partial: PartialFile, info: ContentInfo): Promise<void> {
    const asked = partial.length;
    const piece = this.#deps.rateLimit?.pieceBytes ?? info.size;
    const end = Math.min(info.size, asked + piece);
    const stream = await this.#openAt(partial, end < info.size ? piece : undefined);
    const expected = stream.offset === asked ? end : info.size;
    try {
      if (stream.size !== undefined && stream.size !== info.size) throw this.#unusable("it was changed meanwhile");
      for await (const chunk of stream.body) await this.#take(chunk, partial, info.size);
    } finally {
      stream.discard();
    }
    if (partial.length < expected) throw this.#unusable(`it ended after ${partial.length} of ${info.size} bytes`);
  }

  async #take(chunk: Uint8Array, partial: PartialFile, total: number): Promise<void> {
    if (partial.length + chunk.length > total) throw this.#unusable(`more than ${total} bytes arrived`);
    await this.#room.take(chunk.length);
    await partial.append(chunk);
    this.#tries.furthest = Math.max(this.#tries.furthest, partial.length);
    this.#order.onProgress?.({ received: partial.length, total });
    await this.#deps.rateLimit?.pay(chunk.length, this.#order.signal);
  }

  /** A stream that begins where the part ends; the part is emptied when the server sends everything. */
  async #openAt(partial: PartialFile, length: number | undefined): Promise<ContentStream> {
    const { product, id, signal } = this.#order;
    const asked = partial.length;
    const range = length === undefined ? { offset: asked } : { offset: asked, length };
    const stream = await this.#deps.client.openContent(product, id, range, { signal });
    if (stream.offset === asked) return stream;
    if (stream.offset === 0) {
      await partial.restart();
      return stream;
    }
    stream.discard();
    throw this.#unusable(`bytes from ${asked} on were asked for, and bytes from ${stream.offset} on arrived`);
  }

  /** A wrong part from an earlier try may be to blame, once; then the content is. */
  #wrongDigest(sha256: string, resumed: boolean): TransportError | PackageError {
    const problem = `its SHA-256 is ${sha256}, and ${this.#order.sha256?.toLowerCase()} was ordered`;
    if (!resumed || this.#tries.isDistrusted)
      return new PackageError("E_PACKAGE_DIGEST", { name: this.#order.id, problem });
    this.#tries.isDistrusted = true;
    return this.#unusable(problem);
  }

  #unusable(problem: string): TransportError {
    const server = "the content area";
    return new TransportError("E_RESPONSE_INVALID", { server, problem: `${this.#order.id}: ${problem}` });
  }
}

function checkOrder({ id, size, maxBytes }: DownloadOrder, info: ContentInfo): void {
  if (size !== undefined && size !== info.size) {
    const problem = `it has ${info.size} bytes, and ${size} were ordered`;
    throw new PackageError("E_PACKAGE_DIGEST", { name: id, problem });
  }
  if (info.size > maxBytes) {
    const problem = `it has ${info.size} bytes, and at most ${maxBytes} are taken`;
    throw new PackageError("E_PACKAGE_LIMIT", { name: id, problem });
  }
}
