import { digestOf } from "@gateway-engine/artifact/digest";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";
import type { LocalOrder } from "../journal/orders.ts";
import { type FoundFile, type KnownFiles, lookAgain } from "./folder-look.ts";

export interface InstallFolderDeps {
  readonly files: Pick<Files, "list" | "stat" | "stream">;
  readonly journal: Pick<Journal, "receiveLocal" | "knowsFile">;
  readonly versions: Pick<VersionTable, "versionOf">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Installs wait in the journal. */
  readonly onInstalls: () => void;
  /** Time between two looks. */
  readonly everyMs?: number;
}

/**
 * Orders the packages that appear in a folder, such as a USB stick's, once each, in the order of their names.
 *
 * A file is taken when it has not changed between two looks. One with the same name and content as an earlier one is not
 * taken again, however that ended, nor is a version that is in force. Nothing is ever written into the folder.
 */
export class InstallFolder {
  readonly #folder: string;
  readonly #deps: InstallFolderDeps;
  #known: KnownFiles = new Map();
  /** What is wrong with the folder itself, so that it is told once. */
  #trouble = "";

  /** @param folder an absolute path; it need not be there yet */
  constructor(folder: string, deps: InstallFolderDeps) {
    this.#folder = folder;
    this.#deps = deps;
  }

  /** Watches until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock, log, everyMs = EVERY_MS } = this.#deps;
    for (;;) {
      try {
        await this.#look(signal);
        this.#trouble = "";
      } catch (error) {
        signal.throwIfAborted();
        const trouble = describeError(error);
        if (trouble !== this.#trouble) log.warn(`install_folder: ${trouble}`);
        this.#trouble = trouble;
      }
      await clock.sleep(everyMs, signal);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { known, whole } = lookAgain(this.#known, await this.#packageFiles());
    this.#known = known;
    const orders: LocalOrder[] = [];
    for (const file of whole) {
      const order = await this.#orderFor(file, signal);
      if (order !== undefined) orders.push(order);
    }
    if (orders.length === 0) return;
    this.#deps.journal.receiveLocal(orders);
    this.#deps.onInstalls();
  }

  async #packageFiles(): Promise<readonly FoundFile[]> {
    const { files } = this.#deps;
    const names = (await files.list(this.#folder)).filter((name) => parsePackageName(name).ok);
    const found: FoundFile[] = [];
    for (const name of names.slice(0, MAX_FILES)) {
      const stat = await files.stat(`${this.#folder}/${name}`);
      if (stat?.kind === "file") found.push({ name, size: stat.size, modifiedAt: stat.modifiedAt });
    }
    return found;
  }

  /** @returns undefined when there is nothing to do */
  async #orderFor({ name, size }: FoundFile, signal: AbortSignal): Promise<LocalOrder | undefined> {
    const { journal, log } = this.#deps;
    const source = `${this.#folder}/${name}`;
    try {
      if (await this.#isInForce(name)) {
        log.info(`${source}: this version is installed already`);
        return undefined;
      }
      const { sha256, bytes } = await digestOf(until(signal, this.#deps.files.stream(source)));
      if (journal.knowsFile(name, sha256)) {
        log.info(`${source}: it was taken before`);
        return undefined;
      }
      // It grew while it was read: the next look finds that it has changed.
      if (bytes !== size) return undefined;
      log.info(`${source}: it is installed`);
      return { verb: "install", name, source, sha256, size };
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`${source}: ${describeError(error)}`);
      return undefined;
    }
  }

  async #isInForce(fileName: string): Promise<boolean> {
    const parsed = parsePackageName(fileName);
    return parsed.ok && (await this.#deps.versions.versionOf(parsed.value.name)) === parsed.value.version;
  }
}

async function* until(signal: AbortSignal, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    yield chunk;
  }
}

const EVERY_MS = 3000;

/** Of a folder with more, the first ones count. */
const MAX_FILES = 100;
