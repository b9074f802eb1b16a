/// <reference lib="esnext.disposable" />
/** A gateway in a temporary folder, with `gwe` as a real process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";

/** The launcher. */
export const GWE = join(import.meta.dirname, "../../../../node_modules/.bin/gwe");

export interface GatewayOptions {
  readonly server: string;
  /** Seconds. */
  readonly updateInterval?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder in which the gateway's own is made; that of temporary files unless told. */
  readonly within?: string;
  /** Lines of the section [device]. */
  readonly device?: string;
  /** Further lines of the section [engine]; of an option that is there already they count. */
  readonly engine?: string;
}

export class Gateway implements AsyncDisposable {
  readonly paths: GatewayPaths;
  readonly #options: GatewayOptions;
  #engine: ChildProcess | undefined;
  #log = "";
  readonly #waiting = new Set<() => void>();

  static async make(options: GatewayOptions): Promise<Gateway> {
    const root = await mkdtemp(join(options.within ?? tmpdir(), "gwe-"));
    const gateway = new Gateway(root, options);
    const { configDir, gatewayCfg, engineConfig } = gateway.paths;
    await mkdir(configDir, { recursive: true });
    await writeFile(gatewayCfg, `[device]\n${options.device ?? "vendor = p1\nmodel = p1\nuuid = gw-1\n"}`);
    await writeFile(
      engineConfig,
      [
        "[engine]",
        `update_interval = ${options.updateInterval ?? 3600}`,
        "debug_level = DEBUG",
        "probation = 0",
        options.engine ?? "",
      ].join("\n"),
    );
    return gateway;
  }

  /** Another engine for the same folder. */
  static beside(other: Gateway): Promise<Gateway> {
    return Promise.resolve(new Gateway(other.paths.root, other.#options));
  }

  private constructor(root: string, options: GatewayOptions) {
    this.paths = gatewayPaths(root);
    this.#options = options;
  }

  get server(): string {
    return this.#options.server;
  }

  /** Everything the engine has printed, of all its lives. */
  get log(): string {
    return this.#log;
  }

  start(...args: readonly string[]): ChildProcess {
    const engine = spawn(GWE, args, {
      env: {
        PATH: process.env["PATH"],
        GWE_NODE: process.execPath,
        GWE_ROOT: this.paths.root,
        GWE_SERVER: this.#options.server,
        ...this.#options.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const output of [engine.stdout, engine.stderr]) {
      output.on("data", (chunk: Buffer) => {
        this.#log += chunk.toString();
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      });
    }
    this.#engine = engine;
    return engine;
  }

  /** Runs the engine to its end. @returns its exit status */
  async run(...args: readonly string[]): Promise<number | null> {
    const engine = this.start(...args);
    await once(engine, "close");
    return engine.exitCode;
  }

  /** Resolves as soon as the log holds `text` so many times. */
  async logged(text: string, times = 1): Promise<void> {
    while (this.#log.split(text).length <= times) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Replaces the section [device] of Gateway.cfg. */
  async set(device: string): Promise<void> {
    await writeFile(this.paths.gatewayCfg, `[device]\n${device}`);
  }

  /** Ends the engine as a power cut would, though not its children. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** A file below the gateway's root; empty when there is none. */
  async read(path: string): Promise<string> {
    return readFile(join(this.paths.root, path), "utf8").catch(() => "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGKILL");
    await rm(this.paths.root, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined || engine.exitCode !== null || engine.signalCode !== null) return;
    const closed = once(engine, "close");
    engine.kill(signal);
    await closed;
  }
}
