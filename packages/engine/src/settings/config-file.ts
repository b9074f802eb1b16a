import type { Clock } from "@gateway-engine/core/clock";
import { ConfigError, GatewayEngineError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { IniProblem } from "@gateway-engine/core/ini";
import type { Result } from "@gateway-engine/core/result";

/** One of a gateway's configuration files: where it is, and how its text is read and changed. */
export interface ConfigFormat<Values, Key extends string> {
  readonly path: string;
  readonly mode: number;
  /** What a missing file is made with. */
  readonly fresh: string;
  readonly parse: (text: string) => Result<Values, IniProblem>;
  readonly withValue: (text: string, key: Key, value: string) => string;
}

export interface ConfigFileDeps {
  readonly files: Files;
  readonly clock: Clock;
  /** Takes the lock of all settings for this process, or throws E_LOCKED; `gwe` on the command line and the engine may write at the same time. */
  readonly lock: () => { release(): void };
}

/** A configuration file as text, as values, and with single values changed. Comments and unknown options survive every change. */
export class ConfigFile<Values, Key extends string> {
  readonly path: string;
  readonly #format: ConfigFormat<Values, Key>;
  readonly #deps: ConfigFileDeps;

  constructor(format: ConfigFormat<Values, Key>, deps: ConfigFileDeps) {
    this.path = format.path;
    this.#format = format;
    this.#deps = deps;
  }

  /** The file as it is; it is made fresh when missing or empty (older releases could leave an empty one after a power cut). */
  async text(): Promise<string> {
    const found = await this.#deps.files.readText(this.path);
    if (found !== undefined && found.trim() !== "") return found;
    return this.#exclusively(async () => {
      const current = await this.#deps.files.readText(this.path);
      if (current !== undefined && current.trim() !== "") return current;
      await this.#write(this.#format.fresh);
      return this.#format.fresh;
    });
  }

  /** @throws ConfigError E_CONFIG_SYNTAX with file, line and what is wrong */
  async read(): Promise<Values> {
    return this.#parse(await this.text());
  }

  /**
   * Changes values, all or none. A change that would make the file unreadable is refused.
   *
   * @returns the values after the change
   * @throws ConfigError E_CONFIG_SYNTAX
   */
  async set(changes: Readonly<Partial<Record<Key, string>>>): Promise<Values> {
    await this.text();
    return this.#exclusively(async () => {
      const before = (await this.#deps.files.readText(this.path)) ?? this.#format.fresh;
      let after = before;
      for (const [key, value] of Object.entries(changes) as [Key, string | undefined][]) {
        if (value === undefined) continue;
        if (/[\r\n]/.test(value)) {
          throw new ConfigError("E_CONFIG_VALUE", { file: this.path, key, got: "two lines", want: "one line" });
        }
        after = this.#format.withValue(after, key, value);
      }
      const values = this.#parse(after);
      if (after !== before) await this.#write(after);
      return values;
    });
  }

  #write(text: string): Promise<void> {
    return this.#deps.files.writeAtomic(this.path, text, this.#format.mode);
  }

  #parse(text: string): Values {
    const parsed = this.#format.parse(text);
    if (parsed.ok) return parsed.value;
    throw new ConfigError("E_CONFIG_SYNTAX", { file: this.path, ...parsed.problem });
  }

  async #exclusively<Value>(work: () => Promise<Value>): Promise<Value> {
    const lock = await this.#takeLock();
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  /** Another writer needs a few milliseconds; one that takes seconds is stuck. */
  async #takeLock(): Promise<{ release(): void }> {
    const { clock, lock } = this.#deps;
    const giveUpAt = clock.monotonic() + LOCK_PATIENCE_MS;
    for (;;) {
      try {
        return lock();
      } catch (error) {
        const taken = error instanceof GatewayEngineError && error.code === "E_LOCKED";
        if (!taken || clock.monotonic() > giveUpAt) throw error;
      }
      await clock.sleep(LOCK_RETRY_MS, NEVER);
    }
  }
}

const LOCK_PATIENCE_MS = 5000;
const LOCK_RETRY_MS = 20;
/** The wait is bounded by `LOCK_PATIENCE_MS`, and a half-done change must not be left behind. */
const NEVER = new AbortController().signal;
