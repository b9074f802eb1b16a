import { ConfigError } from "@gateway-engine/core/errors";
import { type ExclusiveDeps, exclusively } from "@gateway-engine/core/exclusively";
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

/** The lock is that of all settings: `gwe` on the command line and the engine may write at the same time. */
export interface ConfigFileDeps extends ExclusiveDeps {
  readonly files: Files;
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
    return exclusively(this.#deps, async () => {
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
    return exclusively(this.#deps, async () => {
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
}
