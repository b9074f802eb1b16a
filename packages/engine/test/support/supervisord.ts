/// <reference lib="esnext.disposable" />
/** Our supervisord, as a real process under a gateway's root. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createSupervisorClient, type ProcessInfo } from "@gateway-engine/supervisor/client";
import type { Gateway } from "./gateway.ts";

const LAUNCHER = join(import.meta.dirname, "../../../../node_modules/.bin/supervisord");

export class Supervisord implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #http = createHttpClient();
  readonly #socketPath: string;

  /** @param node the runtime of the supervisor and all that it starts; empty: the one that each finds */
  static async start(gateway: Gateway, node: string = process.execPath): Promise<Supervisord> {
    const supervisord = new Supervisord(gateway, node);
    while (!(await supervisord.#answers())) await new Promise((resolve) => setTimeout(resolve, 50));
    return supervisord;
  }

  private constructor({ paths }: Gateway, node: string) {
    this.#socketPath = paths.supervisorSocket;
    const env = { PATH: process.env["PATH"], GWE_ROOT: paths.root, GWE_NODE: node };
    this.#process = spawn(LAUNCHER, ["-n"], { env, stdio: "ignore" });
  }

  async programs(): Promise<readonly ProcessInfo[]> {
    const { signal } = new AbortController();
    return createSupervisorClient({ http: this.#http, socketPath: this.#socketPath }).getAllProcessInfo(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
    this.#http.close();
  }

  async #answers(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error(`supervisord ended with ${this.#process.exitCode}`);
    return this.programs().then(
      () => true,
      () => false,
    );
  }
}
