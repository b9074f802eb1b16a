/** A real daemon over a folder, with a view of all that it holds. */
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { SupervisedFolder } from "../daemon/gateway.ts";
import { type Child, childrenOf, openFiles } from "./process-view.ts";

const REPORT_RESOURCES = new URL("report-resources.mjs", import.meta.url).pathname;

/** What a daemon that has nothing to do must hold as much of after its work as before. */
export interface Holdings {
  readonly openFiles: readonly string[];
  /** Timers, sockets, children of its event loop, as Node names them. */
  readonly resources: readonly string[];
  readonly children: readonly Child[];
}

export class WatchedDaemon {
  readonly folder: SupervisedFolder = new SupervisedFolder("");
  #daemon: ChildProcess | undefined;

  get pid(): number {
    const pid = this.#daemon?.pid;
    if (pid === undefined) throw new Error("the daemon was not started");
    return pid;
  }

  /** Set when it has ended: how. */
  get end(): string | undefined {
    const status = this.#daemon?.signalCode ?? this.#daemon?.exitCode;
    return status === null || status === undefined ? undefined : String(status);
  }

  async start(): Promise<void> {
    this.#daemon = await this.folder.start({
      NODE_OPTIONS: `--import=${REPORT_RESOURCES}`,
      RESOURCES_FILE: this.#reportFile,
    });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.#daemon !== undefined) await this.folder.kill(this.#daemon, signal);
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.kill(signal);
  }

  children(): readonly Child[] {
    return childrenOf(this.pid);
  }

  async holdings(): Promise<Holdings> {
    const resources = await this.#resources();
    return { openFiles: openFiles(this.pid), resources, children: this.children() };
  }

  /** Ends it and whatever it runs, and removes the folder. */
  async stop(): Promise<void> {
    await this.folder.stop();
  }

  get #reportFile(): string {
    return this.folder.file("resources.json");
  }

  async #resources(): Promise<readonly string[]> {
    rmSync(this.#reportFile, { force: true });
    this.signal("SIGUSR1");
    while (!existsSync(this.#reportFile)) await wait(5);
    return JSON.parse(readFileSync(this.#reportFile, "utf8")) as readonly string[];
  }
}
