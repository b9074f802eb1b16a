/** Starts the real `gwe` in a gateway of its own: a temporary folder that plays `/`. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
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
    const options = { cwd: this.folder, env: this.#environment(), timeout: 15_000 };
    return new Promise((resolve) => {
      const child = execFile(LAUNCHER, args, options, (_error, stdout, stderr) =>
        resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
  }

  /** Starts `gwe` and lets it run. Whoever starts it stops it. */
  start(...args: readonly string[]): RunningGwe {
    return new RunningGwe(spawn(LAUNCHER, args, { cwd: this.folder, env: this.#environment() }));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    const { GWE_SERVER: _, ...environment } = process.env;
    return { ...environment, GWE_ROOT: this.root };
  }
}

export class RunningGwe {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (this.#output += String(chunk)));
  }

  /** Waits until standard output or standard error holds `pattern`. @returns everything up to then */
  async said(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#output)) {
      if (this.#child.exitCode !== null) throw new Error(`gwe ended without saying ${pattern}:\n${this.#output}`);
      await Promise.race([once(this.#child.stdout ?? this.#child, "data"), this.#ended]);
    }
    return this.#output;
  }

  /** @returns the exit status, and how long the end took */
  async stop(): Promise<{ readonly status: number | null; readonly tookMs: number }> {
    const asked = performance.now();
    this.#child.kill("SIGTERM");
    await this.#ended;
    return { status: this.#child.exitCode, tookMs: performance.now() - asked };
  }
}
