/** One CIK for all devices, from a file; or none at all, where a client certificate says who sends. */
import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { isCik } from "@gateway-engine/protocol/device-api";
import { activationFailed, CIK_ONLY } from "./activation.ts";
import { type Attempt, CikSearches, type CikSearchesDeps } from "./cik-searches.ts";

export interface PinnedCikDeps extends CikSearchesDeps {
  readonly files: Pick<Files, "readText">;
  /** Undefined: there is no CIK. */
  readonly file: string | undefined;
}

export class PinnedCik {
  readonly #deps: PinnedCikDeps;
  readonly #searches: CikSearches;

  constructor(deps: PinnedCikDeps) {
    this.#deps = deps;
    this.#searches = new CikSearches(deps);
  }

  /** The file is read at each call: somebody may have put another CIK there. @throws CancelledError when `stop` is called */
  obtain(id: number, refused: string | undefined): Promise<string> {
    return this.#searches.run(id, "the upstream", (tries) => this.#try(refused, tries));
  }

  stop(): void {
    this.#searches.stop();
  }

  async #try(refused: string | undefined, tries: number): Promise<Attempt> {
    try {
      const cik = await this.#read();
      if (cik !== refused || tries > 1) return { cik };
      const what = cik === "" ? "the client certificate" : `the CIK in ${this.#deps.file}`;
      return { schedule: CIK_ONLY, problem: `the server refuses ${what}` };
    } catch (error) {
      return activationFailed(error);
    }
  }

  async #read(): Promise<string> {
    const { file, files } = this.#deps;
    if (file === undefined) return "";
    const cik = (await files.readText(file))?.trim() ?? "";
    if (isCik(cik)) return cik;
    throw new ConfigError("E_CONFIG_VALUE", {
      file,
      key: "its text",
      got: "something else",
      want: "a CIK of 40 characters",
    });
  }
}
