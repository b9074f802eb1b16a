/**
 * What people last asked of a process, where it differs from `autostart`: kept over a restart of the daemon and of the
 * machine.
 *
 * On disk: one small file with all of them, replaced whole and made safe against a power cut.
 *
 * @see docs/reference/supervisor-extras.md#remember_stopped
 */
import { describeError } from "@gateway-engine/core/errors";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { ProcessConfig } from "../config/model.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import { type ProcessKey, processFileName } from "./child-records.ts";

export type Wish = "started" | "stopped";

export interface Wishes {
  /** Whether the process is to be started with the daemon. */
  wantsStart(config: ProcessConfig): boolean;
  remember(config: ProcessConfig, wish: Wish): void;
  forget(key: ProcessKey): void;
}

/** `autostart` alone decides. */
export const FORGETFUL_WISHES: Wishes = {
  wantsStart: ({ autostart }) => autostart,
  remember: () => {},
  forget: () => {},
};

export interface RememberedWishesDeps {
  readonly files: Pick<SyncFiles, "readText" | "replaceDurably">;
  readonly log: DaemonLog;
  /** Absolute path. */
  readonly path: string;
}

export class RememberedWishes implements Wishes {
  readonly #deps: RememberedWishesDeps;
  readonly #wishes: Map<string, Wish>;
  #writing = false;

  constructor(deps: RememberedWishesDeps) {
    this.#deps = deps;
    this.#wishes = parseWishes(deps.files.readText(deps.path));
  }

  wantsStart(config: ProcessConfig): boolean {
    const wish = this.#wishes.get(processFileName(config));
    return wish === undefined ? config.autostart : wish === "started";
  }

  /** A scheduled program is not started with the daemon because it was once run by hand. */
  remember(config: ProcessConfig, wish: Wish): void {
    const isOneRun = wish === "started" && config.extras.schedule !== undefined;
    if (isOneRun || config.autostart === (wish === "started")) this.forget(config);
    else this.#change(() => this.#wishes.set(processFileName(config), wish));
  }

  forget(key: ProcessKey): void {
    if (this.#wishes.has(processFileName(key))) this.#change(() => this.#wishes.delete(processFileName(key)));
  }

  /** Many at a time, such as those of `stop all`, are written once. */
  #change(change: () => void): void {
    change();
    if (this.#writing) return;
    this.#writing = true;
    queueMicrotask(() => this.#write());
  }

  #write(): void {
    this.#writing = false;
    const { files, log, path } = this.#deps;
    try {
      files.replaceDurably(path, `${JSON.stringify(Object.fromEntries(this.#wishes), undefined, 2)}\n`, 0o600);
    } catch (error) {
      log.write("CRIT", `${describeError(error)}; what was started and stopped by hand will be forgotten`);
    }
  }
}

/** A file that is missing or damaged remembers nothing. */
function parseWishes(text: string | undefined): Map<string, Wish> {
  try {
    const entries = Object.entries(JSON.parse(text ?? "{}") as Record<string, unknown>);
    return new Map(
      entries.filter((entry): entry is [string, Wish] => entry[1] === "started" || entry[1] === "stopped"),
    );
  } catch {
    return new Map();
  }
}
