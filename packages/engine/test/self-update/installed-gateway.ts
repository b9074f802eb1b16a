/// <reference lib="esnext.disposable" />
/** A gateway with an installed release, under our supervisord, whose programs can be replaced over the air. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { EngineStatusAnswer, InstallProgress } from "@gateway-engine/protocol/local-control";
import type { DaemonInfo, ProcessInfo } from "@gateway-engine/supervisor/client";
import { installFactoryRelease } from "@gateway-engine/testkit/component-packages";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { createControlClient } from "../../src/control/control-client.ts";
import { installPackages } from "../../src/install-local.ts";
import { Cloud } from "../support/cloud.ts";
import { Gateway } from "../support/gateway.ts";
import { Supervisord } from "../support/supervisord.ts";

/** Each is given the gateway's root. */
export interface InstalledSetup {
  /** Makes another supervisord than that of the release. */
  readonly launcherIn?: (root: string) => string;
  /** What the engine has in its environment besides. */
  readonly environmentIn?: (root: string) => Readonly<Record<string, string>>;
}

export class InstalledGateway implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly #supervisord: Supervisord;
  readonly #http = createHttpClient();

  static async start({ launcherIn, environmentIn }: InstalledSetup = {}): Promise<InstalledGateway> {
    const cloud = await Cloud.start();
    const gateway = await Gateway.make({ server: cloud.url, engine: `server = ${cloud.url}\n` });
    const { root, supervisorConfDir, configDir } = gateway.paths;
    const bin = installFactoryRelease(root);
    await mkdir(supervisorConfDir, { recursive: true });
    await writeFile(join(configDir, "gmq.cfg"), "[server]\nlisten = 127.0.0.1:0\n");
    const environment = Object.entries(environmentIn?.(root) ?? {}).map(([name, value]) => `${name}="${value}"`);
    const ofEngine = environment.length === 0 ? "" : `environment = ${environment.join(",")}\n`;
    for (const name of ["gwe", "gmq"]) {
      const log = `redirect_stderr = true\nstdout_logfile = ${root}/var/log/${name}.log\n`;
      await writeFile(
        join(supervisorConfDir, `${name}.conf`),
        `[program:${name}]\ncommand = ${bin}/${name}\nautorestart = true\n${log}${name === "gwe" ? ofEngine : ""}`,
      );
    }
    const steady = "[program:steady]\ncommand = /bin/sleep 100000\nstartsecs = 0\n";
    await writeFile(join(supervisorConfDir, "steady.conf"), steady);
    return new InstalledGateway(
      cloud,
      gateway,
      await Supervisord.start(gateway, "", launcherIn?.(root) ?? `${bin}/supervisord`),
    );
  }

  private constructor(cloud: Cloud, gateway: Gateway, supervisord: Supervisord) {
    this.cloud = cloud;
    this.gateway = gateway;
    this.#supervisord = supervisord;
  }

  order({ fileName, bytes }: PackageFixture): void {
    this.cloud.content.set(fileName, bytes);
    this.cloud.orderInstall(fileName);
  }

  /** As `gwe --install-apps` does. @returns what it says at the end */
  async installFile({ fileName, bytes }: PackageFixture, folder: string): Promise<readonly InstallProgress[]> {
    await writeFile(join(folder, fileName), bytes);
    await this.until(() => this.status().then(Boolean, () => false));
    const ends: InstallProgress[] = [];
    await installPackages({
      environment: { PATH: process.env["PATH"] ?? "", GWE_ROOT: this.gateway.paths.root },
      packages: [fileName],
      folder,
      signal: new AbortController().signal,
      write: () => {},
      onProgress: (progress) => void (progress.kind === "done" && ends.push(progress)),
    });
    return ends;
  }

  async programs(): Promise<readonly ProcessInfo[]> {
    return this.#supervisord.programs();
  }

  /** The supervisor of now. */
  async daemon(): Promise<DaemonInfo> {
    return this.#supervisord.daemon();
  }

  async program(name: string): Promise<ProcessInfo | undefined> {
    return (await this.#supervisord.programs()).find((program) => program.name === name);
  }

  async status(): Promise<EngineStatusAnswer> {
    const { signal } = new AbortController();
    return createControlClient({ http: this.#http, socketPath: this.gateway.paths.gweSocket }).status(signal);
  }

  /** As `gwe apps` shows them. */
  async appVersions(): Promise<Readonly<Record<string, string | null>>> {
    const { signal } = new AbortController();
    const { apps } = await createControlClient({ http: this.#http, socketPath: this.gateway.paths.gweSocket }).apps(
      signal,
    );
    return Object.fromEntries(apps.map(({ name, version }) => [name, version]));
  }

  async log(program: string): Promise<string> {
    return readFile(join(this.gateway.paths.logDir, `${program}.log`), "utf8").catch(() => "");
  }

  /** What a program was started with. */
  async environmentOf(program: string): Promise<string> {
    return readFile(`/proc/${(await this.program(program))?.pid}/environ`, "utf8");
  }

  async until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.close();
    await this.#supervisord[Symbol.asyncDispose]();
    await this.gateway[Symbol.asyncDispose]();
    await this.cloud[Symbol.asyncDispose]();
  }
}
