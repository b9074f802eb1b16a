/** Starts the real `gwe` in a gateway of its own: a temporary folder that plays `/`. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type EndedProgram,
  type LaunchedProgram,
  type LaunchOptions,
  launchProgram,
  runProgram,
} from "@gateway-engine/testkit/launched-program";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";

export class TestGateway {
  readonly #temporary = temporaryFolder("cli");
  readonly root: string = this.#temporary.path;
  readonly folder: string = join(this.root, "home");
  readonly #options: LaunchOptions = { cwd: this.folder, env: { GWE_ROOT: this.root } };

  constructor() {
    mkdirSync(this.folder);
  }

  /** Runs `gwe` to its end, in the folder `home` of the gateway. */
  gwe(...args: readonly string[]): Promise<EndedProgram> {
    return runProgram("gwe", args, this.#options);
  }

  /** Starts `gwe` and lets it run. Whoever starts it stops it. */
  start(...args: readonly string[]): LaunchedProgram {
    return launchProgram("gwe", args, this.#options);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  remove(): void {
    this.#temporary.remove();
  }
}
