/// <reference lib="esnext.disposable" />
/** Our supervisord, as a real process under a gateway's root. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import {
  createSupervisorClient,
  type DaemonInfo,
  type ProcessInfo,
  type SupervisorClient,
} from "@gateway-engine/supervisor/client";
import type { Gateway } from "./gateway.ts";

const LAUNCHER = join(import.meta.dirname, "../../../../node_modules/.bin/supervisord");

export class Supervisord implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #http = createHttpClient();
  readonly #socketPath: string;
  readonly #pidFile: string;

  /**
   * @param node the runtime of the supervisor and all that it starts; empty: the one that each finds
   * @param launcher that of an installed release, in place of the one of this repository
   */
  static async start(
    gateway: Gateway,
    node: string = process.execPath,
    launcher: string = LAUNCHER,
  ): Promise<Supervisord> {
    const supervisord = new Supervisord(gateway, node, launcher);
    while (!(await supervisord.#answers())) await new Promise((resolve) => setTimeout(resolve, 50));
    return supervisord;
  }

  private constructor({ paths }: Gateway, node: string, launcher: string) {
    this.#socketPath = paths.supervisorSocket;
    this.#pidFile = `${paths.root}/run/supervisord.pid`;
    const env = { PATH: process.env["PATH"], GWE_ROOT: paths.root, GWE_NODE: node };
    this.#process = spawn(launcher, ["-n"], { env, stdio: "ignore" });
  }

  async programs(): Promise<readonly ProcessInfo[]> {
    return this.#client.getAllProcessInfo(new AbortController().signal);
  }

  async daemon(): Promise<DaemonInfo> {
    return this.#client.getDaemon(new AbortController().signal);
  }

  get #client(): SupervisorClient {
    return createSupervisorClient({ http: this.#http, socketPath: this.#socketPath });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pid = this.#pid();
    if (pid !== undefined) process.kill(pid, "SIGTERM");
    // It removes the file when it ends in good order.
    while (existsSync(this.#pidFile)) await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
    this.#http.close();
  }

  /** Another process may have taken the place of the one that was started here; then it has written the file. */
  #pid(): number | undefined {
    return existsSync(this.#pidFile) ? Number(readFileSync(this.#pidFile, "utf8")) : this.#process.pid;
  }

  async #answers(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error(`supervisord ended with ${this.#process.exitCode}`);
    return this.programs().then(
      () => true,
      () => false,
    );
  }
}
