/// <reference lib="esnext.disposable" />
/**
 * A gateway whose disk and power are at the test's mercy: its folder, its server, its supervisor and its engine. The folder is
 * always in the same place, so that a state of it can be kept, and put back as often as one likes.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createSupervisorClient, type ProcessInfo } from "@gateway-engine/supervisor/client";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { endProcessesIn, processesIn } from "@gateway-engine/testkit/running-processes";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { Cloud } from "../../test/support/cloud.ts";

export interface StageSetup {
  /** Launcher of another build of the engine, for the lives that are cut off. */
  readonly launcher?: string;
  /** Mount point of the disk that the root is on; else it is in a folder of the stage. */
  readonly disk?: string;
}

const SUPERVISOR_LIMIT_MS = 20_000;
const END_LIMIT_MS = 10_000;

export class Stage implements AsyncDisposable {
  readonly cloud: Cloud;
  /** GWE_ROOT. */
  readonly root: string;
  /** On a healthy disk. */
  readonly notes: string;
  readonly paths: GatewayPaths;
  readonly #folder: TemporaryFolder;
  readonly #launcher: string;
  readonly #http = createHttpClient();
  #states = 0;

  static async open({ launcher = "gwe", disk }: StageSetup = {}): Promise<Stage> {
    const folder = temporaryFolder("life");
    const root = mkdtempSync(join(disk ?? folder.path, "root-"));
    return new Stage(await Cloud.start(), folder, root, launcher);
  }

  private constructor(cloud: Cloud, folder: TemporaryFolder, root: string, launcher: string) {
    this.cloud = cloud;
    this.#folder = folder;
    this.notes = folder.path;
    this.root = root;
    this.paths = gatewayPaths(root);
    this.#launcher = launcher;
  }

  /** The root becomes that of a gateway that has never run. */
  async begin(): Promise<void> {
    await this.#empty();
    const { configDir, gatewayCfg, engineConfig } = this.paths;
    mkdirSync(configDir, { recursive: true });
    writeFileSync(gatewayCfg, "[device]\nvendor = p1\nmodel = p1\nuuid = gw-1\n");
    writeFileSync(engineConfig, "[engine]\nupdate_interval = 3600\ndebug_level = DEBUG\nprobation = 0\n");
    this.#sync();
  }

  /** @returns where the state of the root is kept */
  keep(): string {
    this.#states += 1;
    const state = join(this.#folder.path, `state-${this.#states}`);
    copyTree(this.root, state);
    return state;
  }

  /** Ends whatever runs in the root, and puts a state back. */
  async restore(state: string): Promise<void> {
    await this.#empty();
    copyTree(state, this.root);
    this.#sync();
  }

  /** Starts the supervisor. Resolves when it has started its programs. */
  async supervise(): Promise<LaunchedProgram> {
    const supervisord = launchProgram("supervisord", ["-n"], { env: { GWE_ROOT: this.root } });
    const end = performance.now() + SUPERVISOR_LIMIT_MS;
    for (;;) {
      const programs = await this.programs().catch(() => undefined);
      if (programs?.every(({ statename }) => !PASSING_STATES.includes(statename)) === true) return supervisord;
      if (performance.now() > end) throw new Error(`the supervisor does not come up:\n${supervisord.output}`);
      await sleep(20);
    }
  }

  /** What the supervisor has. */
  programs(): Promise<readonly ProcessInfo[]> {
    const { signal } = new AbortController();
    return createSupervisorClient({ http: this.#http, socketPath: this.paths.supervisorSocket }).getAllProcessInfo(
      signal,
    );
  }

  /** @param env with it, the engine is the one that is under test; without, it is that of this repository */
  engine(env?: Readonly<Record<string, string>>): LaunchedProgram {
    const launcher = env === undefined ? "gwe" : this.#launcher;
    return launchProgram(launcher, [], { env: { GWE_ROOT: this.root, GWE_SERVER: this.cloud.url, ...env } });
  }

  /** Ends everything that runs in the root, as a power cut would. */
  async endAll(): Promise<void> {
    const end = performance.now() + END_LIMIT_MS;
    while (processesIn(this.root).length > 0) {
      if (performance.now() > end) throw new Error(`these do not end: ${JSON.stringify(processesIn(this.root))}`);
      endProcessesIn(this.root);
      await sleep(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#empty();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    this.#http.close();
    await this.cloud[Symbol.asyncDispose]();
    this.#folder.remove();
  }

  async #empty(): Promise<void> {
    await this.endAll();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    mkdirSync(this.root);
  }

  /** What the test prepares is no part of what may get lost. */
  #sync(): void {
    if (dirname(this.root) !== this.#folder.path) execFileSync("sync", ["-f", this.root]);
  }
}

const PASSING_STATES: readonly string[] = ["STARTING", "BACKOFF", "STOPPING"];

/** Sockets and the like are of a life that is over. */
function copyTree(from: string, to: string): void {
  if (existsSync(join(from, "run"))) rmSync(join(from, "run"), { recursive: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
