/** The demo's gateway: a whole one in a folder, driven by its own command line. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ProgramError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { nodeFiles } from "@gateway-engine/platform/files";
import { withEngineConfigValue } from "@gateway-engine/protocol/engine-config";
import { parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import {
  type EngineStatusAnswer,
  GMQ_CONTROL_PATHS,
  GWE_CONTROL_PATHS,
  type JournalAnswer,
  type QueueStatusAnswer,
} from "@gateway-engine/protocol/local-control";
import type { PackageFile } from "./fleet-client.ts";
import type { DemoFolder } from "./folder.ts";
import { type Program, type ProgramStart, startProgram } from "./program.ts";
import type { TimelineSource } from "./timeline.ts";

export interface DemoGatewayDeps {
  readonly folder: DemoFolder;
  readonly http: HttpClient;
  /** Address of the fleet server. */
  readonly server: string;
  readonly queuePort: number;
  readonly mqttPort: number;
  /** Further variables for every program of the gateway. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A supervisord in place of ours; it stays in the foreground. */
  readonly supervisord?: Pick<ProgramStart, "executable" | "args">;
  readonly signal: AbortSignal;
}

/** Seconds between two check-ins; commands arrive at once, through the long poll. */
const UPDATE_INTERVAL = 30;
/** Seconds; the one minute that a gateway takes is long to look at. */
const PROBATION = 1;

export class DemoGateway {
  readonly #deps: DemoGatewayDeps;
  readonly #paths: GatewayPaths;

  constructor(deps: DemoGatewayDeps) {
    this.#deps = deps;
    this.#paths = gatewayPaths(deps.folder.gatewayRoot);
  }

  async hasCik(): Promise<boolean> {
    const parsed = parseGatewayCfg((await nodeFiles.readText(this.#paths.gatewayCfg)) ?? "");
    return parsed.ok && parsed.value.cik !== "";
  }

  configure(product: string, identity: string): void {
    this.#run("gwe", [
      "--product-id",
      product,
      "--set-uuid",
      identity,
      "--set-update-interval",
      String(UPDATE_INTERVAL),
    ]);
    this.#shortenProbation();
    this.#run("gmq", ["cfg", "set", "server", "listen", `127.0.0.1:${this.#deps.queuePort}`]);
    this.#run("gmq", ["cfg", "set", "mqtt", "listen", `127.0.0.1:${this.#deps.mqttPort}`]);
    mkdirSync(this.#paths.supervisorConfDir, { recursive: true });
    for (const program of ["gwe", "gmq"]) this.#writeProgramFile(program);
  }

  async startSupervisor(): Promise<Program> {
    const command = this.#deps.supervisord ?? { args: ["-n"] };
    const program = startProgram(this.#deps.folder, { name: "supervisord", ...command, env: this.#environment() });
    await program.untilOutput(/supervisord started with pid/, 20_000, this.#deps.signal);
    return program;
  }

  /** @returns undefined while gwe does not answer */
  async status(): Promise<EngineStatusAnswer | undefined> {
    return this.#ask<EngineStatusAnswer>(this.#paths.gweSocket, GWE_CONTROL_PATHS.status);
  }

  /** @returns undefined while gmq does not answer */
  async queueStatus(): Promise<QueueStatusAnswer | undefined> {
    return this.#ask<QueueStatusAnswer>(this.#paths.gmqSocket, GMQ_CONTROL_PATHS.status);
  }

  /** Whether the engine knows the application and the supervisor has its program. */
  async isInstalled(app: string): Promise<boolean> {
    const known = (await this.status())?.apps.some(({ name }) => name === app) ?? false;
    return known && existsSync(join(this.#paths.supervisorConfDir, `${app}.conf`));
  }

  /** The transitions of the install journal. */
  journal(): TimelineSource {
    let after = 0;
    return async () => {
      const answer = await this.#ask<JournalAnswer>(
        this.#paths.gweSocket,
        `${GWE_CONTROL_PATHS.journal}?after=${after}`,
      );
      const transitions = answer?.transitions ?? [];
      after = transitions.at(-1)?.seq ?? after;
      return transitions.map(({ at, state, name }) => ({ at, who: "gwe", what: `${state}: ${name}` }));
    };
  }

  /** Packs an application of `examples/` as a developer would: `gwe --build-app` in its folder. */
  buildExample(name: string, version = "1"): PackageFile {
    const workshop = join(this.#deps.folder.path, "build", name);
    rmSync(workshop, { recursive: true, force: true });
    cpSync(join(this.#deps.folder.repository, "examples", name), workshop, { recursive: true });
    const buildFile = join(workshop, "buildfile.json");
    const build = JSON.parse(readFileSync(buildFile, "utf8")) as object;
    writeFileSync(buildFile, JSON.stringify({ ...build, version }));
    const path = this.#run("gwe", ["--build-app", "buildfile.json"], workshop).trim();
    return { name: basename(path), path };
  }

  #shortenProbation(): void {
    const config = readFileSync(this.#paths.engineConfig, "utf8");
    writeFileSync(this.#paths.engineConfig, withEngineConfigValue(config, "probation", String(PROBATION)));
  }

  #writeProgramFile(program: string): void {
    const environment = Object.entries(this.#environment()).map(
      ([key, value]) => `${key}="${value.replaceAll("%", "%%")}"`,
    );
    const lines = [
      `[program:${program}]`,
      `command = "${this.#deps.folder.launcher(program).replaceAll("%", "%%")}"`,
      `environment = ${environment.join(",")}`,
      "redirect_stderr = true",
      `stdout_logfile = ${join(this.#paths.logDir, `${program}.log`).replaceAll("%", "%%")}`,
      "stdout_logfile_maxbytes = 200KB",
      "stdout_logfile_backups = 1",
    ];
    writeFileSync(join(this.#paths.supervisorConfDir, `${program}.conf`), `${lines.join("\n")}\n`);
  }

  #environment(): Record<string, string> {
    return { GWE_ROOT: this.#deps.folder.gatewayRoot, GWE_SERVER: this.#deps.server, ...this.#deps.environment };
  }

  #run(program: string, args: readonly string[], cwd?: string): string {
    const result = spawnSync(this.#deps.folder.launcher(program), args, {
      env: { ...process.env, ...this.#environment() },
      encoding: "utf8",
      ...(cwd === undefined ? {} : { cwd }),
    });
    if (result.status === 0) return result.stdout;
    const reason = result.stderr.trim().split("\n").at(-1) ?? `exit status ${result.status}`;
    throw new ProgramError("E_PROGRAM_START", { program: `${program} ${args.join(" ")}`, reason });
  }

  async #ask<Answer>(socketPath: string, path: string): Promise<Answer | undefined> {
    try {
      const response = await this.#deps.http.request({
        method: "GET",
        url: `http://localhost${path}`,
        socketPath,
        timeoutMs: 5_000,
        signal: this.#deps.signal,
      });
      return JSON.parse(await response.text(10_000_000)) as Answer;
    } catch (error) {
      if (error instanceof TransportError) return undefined;
      throw error;
    }
  }
}
