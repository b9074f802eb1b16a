/** A whole system for tests: fleet server, supervisor, gateway and the example application, in a temporary folder. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@gateway-engine/platform/clock";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { endWithTests } from "@gateway-engine/testkit/end-with-tests";
import { freePort } from "@gateway-engine/testkit/free-port";
import { endProcessesIn, runningProcesses } from "@gateway-engine/testkit/running-processes";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { ALIAS, IDENTITY, PRODUCT } from "../demo/demo.ts";
import { FleetClient } from "../demo/fleet-client.ts";
import { DemoFolder } from "../demo/folder.ts";
import { DemoGateway } from "../demo/gateway.ts";
import { type Program, startProgram, stopAll } from "../demo/program.ts";

/** The programs that a test may kill. `sine` is the application. */
export const TARGETS = ["gwe-fleet", "gwe", "gmq", "sine", "supervisord"] as const;
export type Target = (typeof TARGETS)[number];

const STEP_LIMIT_MS = 30_000;

/** Many values a second, so that every kill hits some on their way. */
const SINE_PERIOD_MS = "10";

/** Another supervisor in place of ours: its daemon's and its client's command line. */
export interface SupervisorCommands {
  readonly daemon: { readonly executable: string; readonly args: readonly string[] };
  readonly client: { readonly executable: string; readonly args: readonly string[] };
}

export class TestSystem {
  readonly root: string;
  readonly #temporary: TemporaryFolder;
  readonly #folder: DemoFolder;
  readonly #http = createHttpClient();
  readonly #signal = new AbortController().signal;
  readonly #server: string;
  readonly #port: number;
  readonly #gateway: DemoGateway;
  readonly #client: SupervisorCommands["client"];
  #fleet: Program;
  #supervisor: Program;

  private constructor(
    { temporary, folder }: { readonly temporary: TemporaryFolder; readonly folder: DemoFolder },
    [port, queuePort, mqttPort]: readonly [number, number, number],
    supervisor: SupervisorCommands | undefined,
  ) {
    this.#temporary = temporary;
    this.#folder = folder;
    this.#client = supervisor?.client ?? { executable: folder.launcher("supervisorctl"), args: [] };
    this.root = folder.gatewayRoot;
    this.#port = port;
    this.#server = `http://127.0.0.1:${port}`;
    this.#gateway = new DemoGateway({
      folder,
      http: this.#http,
      server: this.#server,
      queuePort,
      mqttPort,
      environment: { SINE_PERIOD_MS },
      ...(supervisor === undefined ? {} : { supervisord: supervisor.daemon }),
      signal: this.#signal,
    });
    this.#fleet = this.#startFleet();
    this.#supervisor = this.#fleet;
  }

  /** @param choose another supervisor for the gateway in the folder `root` */
  static async start(choose?: (root: string) => SupervisorCommands): Promise<TestSystem> {
    const temporary = temporaryFolder("system");
    const { signal } = new AbortController();
    const folder = await DemoFolder.open({ path: temporary.path, fresh: false, signal });
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const system = new TestSystem({ temporary, folder }, ports, choose?.(folder.gatewayRoot));
    try {
      await system.#setUp();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** Kills one program with SIGKILL; the supervisor or we ourselves start it again. */
  async kill(target: Target): Promise<void> {
    if (target === "gwe-fleet") {
      await ended(this.#fleet, "SIGKILL");
      this.#fleet = this.#startFleet();
    } else if (target === "supervisord") {
      await ended(this.#supervisor, "SIGKILL");
      await this.#startSupervisor();
    } else {
      const pid = Number(this.supervisorctl("pid", target).trim());
      if (pid > 0) process.kill(pid, "SIGKILL");
    }
  }

  /** Ends the supervisor in good order, with all its programs, and starts it again. */
  async restartSupervisor(): Promise<void> {
    await ended(this.#supervisor, "SIGTERM");
    await this.#startSupervisor();
  }

  supervisorctl(...args: string[]): string {
    const env = { ...process.env, GWE_ROOT: this.root };
    const { executable, args: first } = this.#client;
    return spawnSync(executable, [...first, ...args], { env, encoding: "utf8" }).stdout;
  }

  /** Pids of the running processes of each program of the gateway, told by their command lines. */
  processes(): Map<Target, number[]> {
    const found = new Map<Target, number[]>(TARGETS.map((target) => [target, []]));
    for (const { pid, line, environment } of runningProcesses()) {
      const target = programOf(line);
      const ours =
        target === "gwe-fleet" ? line.includes(this.#folder.path) : environment.includes(`GWE_ROOT=${this.root}\0`);
      if (target !== undefined && ours) found.get(target)?.push(pid);
    }
    return found;
  }

  /** What the application noted as accepted, oldest first. */
  accepted(): string[] {
    return readFileSync(join(this.root, "var/lib/sine/accepted.log"), "utf8").trim().split("\n");
  }

  /** The application's values as the server has them, oldest first. */
  async arrived(): Promise<string[]> {
    const values: string[] = [];
    let after = "";
    for (;;) {
      const page = await this.#fleetClient().history(PRODUCT, IDENTITY, ALIAS, after);
      values.push(...page.points.map(({ value }) => value));
      if (page.next === null) return values;
      after = page.next;
    }
  }

  async until(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
    const start = systemClock.monotonic();
    while (!(await reached())) {
      if (systemClock.monotonic() - start > STEP_LIMIT_MS) {
        throw new Error(`${what} did not happen within ${STEP_LIMIT_MS} ms\n${this.supervisorctl("status")}`);
      }
      await systemClock.sleep(50, this.#signal);
    }
  }

  /** Messages that wait in the queue; not a number while gmq does not answer. */
  async queued(): Promise<number> {
    return (await this.#gateway.queueStatus())?.queued ?? Number.NaN;
  }

  /** Has the gateway install this version of the application over the air, and waits until it has. */
  async deploy(version: string): Promise<void> {
    const file = this.#gateway.buildExample(ALIAS, version);
    const fleet = this.#fleetClient();
    await fleet.uploadContent(PRODUCT, file);
    await fleet.orderInstall(PRODUCT, IDENTITY, file.name);
    await this.until(`${file.name} installed`, async () => {
      const status = await this.#gateway.status();
      return status?.installs.some(({ name, state }) => name === file.name && state === "committed") ?? false;
    });
  }

  /** Waits for a value that reached the server after this call. */
  async untilNewValue(): Promise<void> {
    const fleet = this.#fleetClient();
    const before = await fleet.newestValueAt(PRODUCT, IDENTITY, ALIAS);
    await this.until("a new value", async () => (await fleet.newestValueAt(PRODUCT, IDENTITY, ALIAS)) > before);
  }

  async stop(): Promise<void> {
    await stopAll([this.#supervisor, this.#fleet]);
    this.#http.close();
    endProcessesIn(this.#temporary.path);
    this.#temporary.remove();
  }

  async #setUp(): Promise<void> {
    await this.#fleet.untilOutput(/is listening on/, STEP_LIMIT_MS, this.#signal);
    const fleet = this.#fleetClient();
    await fleet.ensureProduct(PRODUCT);
    await fleet.defineResource(PRODUCT, ALIAS);
    await fleet.ensureIdentity(PRODUCT, IDENTITY, false);
    this.#gateway.configure(PRODUCT, IDENTITY);
    await this.#startSupervisor();
    await this.until("activation", async () => (await this.#gateway.status())?.activated === true);
    await this.deploy("1");
    await this.untilNewValue();
  }

  #startFleet(): Program {
    const args = ["--data", this.#folder.fleetData, "--listen", `127.0.0.1:${this.#port}`];
    const fleet = startProgram(this.#folder, { name: "gwe-fleet", args, env: {} });
    endWithTests(fleet.process);
    return fleet;
  }

  async #startSupervisor(): Promise<void> {
    this.#supervisor = await this.#gateway.startSupervisor();
    endWithTests(this.#supervisor.process);
  }

  #fleetClient(): FleetClient {
    const token = this.#folder.readAdminToken();
    return new FleetClient({ http: this.#http, server: this.#server, token, signal: this.#signal });
  }
}

async function ended(program: Program, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const exit = new Promise((resolve) => program.process.once("exit", resolve));
  program.process.kill(signal);
  await exit;
}

function programOf(line: string): Target | undefined {
  if (/fleet\/dist\/main\.js/.test(line)) return "gwe-fleet";
  if (/cli\/dist\/main\.js\s*$/.test(line)) return "gwe";
  if (/gmq\/dist\/main\.js\s*$/.test(line)) return "gmq";
  if (/supervisord-main\.js|\/usr\/bin\/supervisord/.test(line)) return "supervisord";
  return /sine/.test(line) && !/supervisor/.test(line) ? "sine" : undefined;
}
