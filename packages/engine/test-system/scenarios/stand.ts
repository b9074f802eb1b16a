/// <reference lib="esnext.disposable" />
/** A gateway in an environment: a folder, a server, a supervisor, and an engine that may be killed. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { createSupervisorClient, type ProcessInfo } from "@gateway-engine/supervisor/client";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { endProcessesIn } from "@gateway-engine/testkit/running-processes";
import { Cloud } from "../../test/support/cloud.ts";
import { type CommandLine, type Environment, engineOf, supervisorOf } from "./environment.ts";

const STEP_LIMIT_MS = 40_000;
const PAUSE_MS = 10;

export class Stand implements AsyncDisposable {
  readonly environment: Environment;
  readonly cloud: Cloud;
  /** GWE_ROOT. */
  readonly root: string;
  readonly paths: GatewayPaths;
  readonly #http = createHttpClient();
  #engine: LaunchedProgram;
  #hasEnded = false;

  static async open(environment: Environment): Promise<Stand> {
    const stand = new Stand(environment, await Cloud.start());
    await stand.until("a supervisor that answers", () => stand.programs().then(Boolean, () => false));
    return stand;
  }

  private constructor(environment: Environment, cloud: Cloud) {
    this.environment = environment;
    this.cloud = cloud;
    this.root = mkdtempSync(join(tmpdir(), "gwe-scenarios-"));
    this.paths = gatewayPaths(this.root);
    const supervisor = supervisorOf(environment, this.root);
    const { configDir, gatewayCfg, engineConfig } = this.paths;
    mkdirSync(configDir, { recursive: true });
    writeFileSync(gatewayCfg, "[device]\nvendor = p1\nmodel = p1\nuuid = gw-1\n");
    writeFileSync(engineConfig, "[engine]\nupdate_interval = 3600\ndebug_level = DEBUG\nprobation = 0\n");
    chmodSync(this.root, 0o755);
    this.own(this.root);
    this.#launch(supervisor);
    this.#engine = this.#launchEngine();
  }

  /** What the test has made becomes one of the account that this gateway belongs to. */
  own(...folders: readonly string[]): void {
    const { account } = this.environment;
    if (account !== undefined) execFileSync("chown", ["-hR", `${account.uid}:${account.gid}`, ...folders]);
  }

  get log(): string {
    return this.#engine.output;
  }

  /** Has the engine do something. @param deployment by which its result is known */
  order(verb: string, name: string, deployment: string): void {
    this.cloud.order("engine_fetch", JSON.stringify({ [verb]: [{ name, deployment }] }));
  }

  offer({ fileName, bytes }: PackageFixture): void {
    this.cloud.content.set(fileName, bytes);
  }

  /** Every result of a deployment, as soon as there is one. An engine that ends meanwhile is started again. */
  async results(deployment: string): Promise<readonly FetchStatus[]> {
    const told = () => this.cloud.results.filter((result) => result.deployment === deployment);
    await this.until(`a result of ${deployment}`, () => {
      if (this.#hasEnded) this.start();
      return told().length > 0;
    });
    return told();
  }

  /** Resolves as soon as the engine has entered a state with an application's second version. */
  async entered(state: string, app: string): Promise<void> {
    await this.#engine.printed(new RegExp(`${app}\\.v2\\.tar\\.gz: ${state}\\b`));
  }

  /** Ends the engine as a power cut would, though not its children. */
  async kill(): Promise<void> {
    await this.#engine.end("SIGKILL");
  }

  start(): void {
    this.#engine = this.#launchEngine();
  }

  /** What the supervisor has. */
  programs(): Promise<readonly ProcessInfo[]> {
    const { signal } = new AbortController();
    return createSupervisorClient({ http: this.#http, socketPath: this.paths.supervisorSocket }).getAllProcessInfo(
      signal,
    );
  }

  async until(what: string | (() => string), reached: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + STEP_LIMIT_MS;
    while (!(await reached())) {
      if (performance.now() > end) {
        const told = typeof what === "string" ? what : what();
        throw new Error(`${this.environment.name}: ${told} does not come about:\n${this.log}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.end("SIGTERM");
    endProcessesIn(this.root);
    this.#http.close();
    await this.cloud[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #launchEngine(): LaunchedProgram {
    const engine = this.#launch(engineOf(this.environment));
    this.#hasEnded = false;
    void engine.ended.then(() => {
      if (engine === this.#engine) this.#hasEnded = true;
    });
    return engine;
  }

  #launch({ program, args }: CommandLine): LaunchedProgram {
    return launchProgram(program, args, { cwd: "/", env: { GWE_ROOT: this.root, GWE_SERVER: this.cloud.url } });
  }
}
