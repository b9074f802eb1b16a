/** A whole gateway with its fleet server, on which Python programs run that import exo. */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { endWithTests } from "@gateway-engine/testkit/end-with-tests";
import { freePort } from "@gateway-engine/testkit/free-port";
import { endProcessesIn } from "@gateway-engine/testkit/running-processes";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, vi } from "vitest";
import { DemoFolder } from "../../../demo/folder.ts";
import { DemoGateway } from "../../../demo/gateway.ts";
import { type Program, startProgram, stopAll } from "../../../demo/program.ts";

export const MODULE: string = resolve(import.meta.dirname, "..");
const START_LIMIT_MS = 30_000;

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export class GatewayWithPython implements AsyncDisposable {
  readonly server: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #temporary: TemporaryFolder;
  readonly #folder: DemoFolder;
  readonly #running: Program[] = [];
  readonly #http = createHttpClient();

  private constructor(temporary: TemporaryFolder, folder: DemoFolder, port: number) {
    this.#temporary = temporary;
    this.#folder = folder;
    this.server = `http://127.0.0.1:${port}`;
    this.environment = { GWE_ROOT: folder.gatewayRoot, GWE_SERVER: this.server, PYTHONPATH: MODULE };
  }

  /** The gateway is `gateway-1` of the product `gateways`; supervisord runs its gwe and gmq. */
  static async start(): Promise<GatewayWithPython> {
    const { signal } = new AbortController();
    const temporary = temporaryFolder("python");
    const folder = await DemoFolder.open({ path: temporary.path, fresh: false, signal });
    const port = await freePort();
    const started = new GatewayWithPython(temporary, folder, port);
    try {
      const args = ["--data", folder.fleetData, "--listen", `127.0.0.1:${port}`];
      const fleet = started.#keep(startProgram(folder, { name: "gwe-fleet", args, env: {} }));
      await fleet.untilOutput(/is listening on/, START_LIMIT_MS, signal);
      await started.manage("POST", "/products", { id: "gateways", kind: "gateway" });
      await started.manage("POST", "/products/gateways/identities", { identity: "gateway-1" });
      const { server, environment } = started;
      const ports = { queuePort: await freePort(), mqttPort: await freePort() };
      const gateway = new DemoGateway({ folder, http: started.#http, server, ...ports, environment, signal });
      gateway.configure("gateways", "gateway-1");
      started.#keep(await gateway.startSupervisor());
      const ready = async () => {
        expect((await gateway.status())?.activated).toBe(true);
        expect(await gateway.queueStatus()).toBeDefined();
      };
      await vi.waitFor(ready, { timeout: START_LIMIT_MS });
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Builds an application of `examples/` as a developer would and installs it on the gateway. */
  install(app: string, change: (program: string) => string = (program) => program): string {
    const workshop = join(this.#folder.path, "build", app);
    cpSync(join(this.#folder.repository, "examples", app), workshop, { recursive: true });
    const program = join(workshop, `${app}.py`);
    writeFileSync(program, change(readFileSync(program, "utf8")));
    const tarball = this.run("gwe", ["--build-app", "buildfile.json"], workshop).output.trim();
    return this.run("gwe", ["--install-apps", tarball], workshop).output;
  }

  /** Runs a program to its end, in the gateway's environment. */
  run(program: string, args: readonly string[], cwd: string = MODULE): Ended {
    const path = program === "python3" ? program : this.#folder.launcher(program);
    const env = { ...process.env, ...this.environment, FLEET_TOKEN: this.#folder.readAdminToken() };
    const { status, stdout, stderr, error } = spawnSync(path, args, { cwd, env, encoding: "utf8" });
    if (error !== undefined) throw error;
    return { status, output: stdout + stderr };
  }

  /** A file of the gateway. */
  read(path: string): string {
    return readFileSync(join(this.#folder.gatewayRoot, path), "utf8");
  }

  /** The management API of the fleet server; undefined when there is no such thing. */
  async manage(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<unknown> {
    const headers = { Authorization: `Bearer ${this.#folder.readAdminToken()}`, "Content-Type": "application/json" };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.server}/api/v1${path}`, init);
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopAll(this.#running.toReversed());
    this.#http.close();
    endProcessesIn(this.#folder.path);
    this.#temporary.remove();
  }

  #keep(program: Program): Program {
    endWithTests(program.process);
    this.#running.push(program);
    return program;
  }
}
