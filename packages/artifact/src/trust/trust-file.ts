import { ConfigError } from "@gateway-engine/core/errors";
import { type ExclusiveDeps, exclusively } from "@gateway-engine/core/exclusively";
import type { TreeFiles } from "@gateway-engine/core/files";
import { type RootStatement, readRootStatement, writeRootStatement } from "./root-statement.ts";

export interface TrustFileDeps extends ExclusiveDeps {
  readonly files: Pick<TreeFiles, "readText" | "writeAtomic" | "makeFolder" | "setMode">;
  /** `/etc/gateway-engine/trust` */
  readonly folder: string;
}

/** Nothing in it is secret, and everybody may see who is trusted. */
const MODE = 0o644;
const FOLDER_MODE = 0o755;

/** `root.json`: the keys that are trusted here. Whoever may write the file may say whom this gateway trusts. */
export class TrustFile {
  readonly path: string;
  readonly #deps: TrustFileDeps;

  constructor(deps: TrustFileDeps) {
    this.path = `${deps.folder}/root.json`;
    this.#deps = deps;
  }

  /**
   * @returns undefined when nobody has trusted a key yet
   * @throws ConfigError E_TRUST for a file that cannot be used; it is never taken for a missing one
   */
  async read(): Promise<RootStatement | undefined> {
    const text = await this.#deps.files.readText(this.path);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#unusable("it is no JSON");
    }
    const root = readRootStatement(value);
    if (!root.ok) throw this.#unusable(root.problem);
    return root.value;
  }

  /**
   * Replaces the file, while no other program does.
   *
   * @param change gives back what it was given, or throws, to leave everything as it is
   */
  change(change: (current: RootStatement | undefined) => RootStatement): Promise<RootStatement> {
    const { files, folder } = this.#deps;
    return exclusively(this.#deps, async () => {
      const before = await this.read();
      const root = change(before);
      if (root === before) return root;
      await files.makeFolder(folder);
      // The mode given to mkdir() is subject to the umask.
      await files.setMode(folder, FOLDER_MODE);
      await files.writeAtomic(this.path, `${JSON.stringify(writeRootStatement(root), null, 2)}\n`, MODE);
      return root;
    });
  }

  #unusable(problem: string): ConfigError {
    return new ConfigError("E_TRUST", { file: this.path, problem });
  }
}
