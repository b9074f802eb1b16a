/** Starts the real `gwe` in a gateway of its own: a temporary folder that plays `/`. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const LAUNCHER = resolve(import.meta.dirname, "../../../node_modules/.bin/gwe");

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class TestGateway {
  readonly root: string = mkdtempSync(join(tmpdir(), "gwe-cli-"));
  readonly folder: string = join(this.root, "home");

  constructor() {
    mkdirSync(this.folder);
  }

  /** Runs `gwe` to its end, in the folder `home` of the gateway. */
  gwe(...args: readonly string[]): Promise<Ran> {
    const { GWE_SERVER: _, ...environment } = process.env;
    const options = { cwd: this.folder, env: { ...environment, GWE_ROOT: this.root }, timeout: 15_000 };
    return new Promise((resolve) => {
      const child = execFile(LAUNCHER, args, options, (_error, stdout, stderr) =>
        resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
