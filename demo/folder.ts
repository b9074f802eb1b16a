/** The demo's data folder, `.gwe-demo/` in the repository, and what an earlier run may have left in it. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { StorageError, TransportError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { errnoReason } from "@gateway-engine/platform/errno";
import { processStartTicks } from "@gateway-engine/platform/process-table";

interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  readonly ticks: number;
}

export interface OpenOptions {
  readonly path: string;
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

const REPOSITORY = resolve(import.meta.dirname, "..");

/** Where `npm start` keeps its data. */
export const DEMO_FOLDER: string = join(REPOSITORY, ".gwe-demo");

export class DemoFolder {
  readonly path: string;
  readonly fleetData: string;
  readonly adminToken: string;
  readonly gatewayRoot: string;
  readonly repository: string = REPOSITORY;
  readonly #programs: string;

  private constructor(path: string) {
    this.path = path;
    this.fleetData = join(this.path, "fleet");
    this.adminToken = join(this.fleetData, "admin-token");
    this.gatewayRoot = join(this.path, "gateway");
    this.#programs = join(this.path, "programs.json");
  }

  /** Ends what an earlier run left behind, then makes the folder; `fresh` deletes what it holds first. */
  static async open({ path, fresh, signal }: OpenOptions): Promise<DemoFolder> {
    const folder = new DemoFolder(path);
    await folder.#endLeftovers(signal);
    try {
      if (fresh) rmSync(folder.path, { recursive: true, force: true });
      mkdirSync(folder.gatewayRoot, { recursive: true });
      accessSync(folder.path, constants.W_OK);
    } catch (cause) {
      throw new StorageError("E_FILE_WRITE", { file: folder.path, reason: errnoReason(cause) }, { cause });
    }
    return folder;
  }

  launcher(program: string): string {
    return join(this.repository, "node_modules", ".bin", program);
  }

  logFile(program: string): string {
    return join(this.path, `${program}.log`);
  }

  readAdminToken(): string {
    try {
      return readFileSync(this.adminToken, "utf8").trim();
    } catch (cause) {
      const reason = `${errnoReason(cause)}; npm start -- --fresh makes everything anew`;
      throw new StorageError("E_FILE_READ", { file: this.adminToken, reason }, { cause });
    }
  }

  remember(name: string, pid: number): void {
    const ticks = processStartTicks(pid) ?? 0;
    writeFileSync(this.#programs, JSON.stringify([...this.#running(), { name, pid, ticks }]));
  }

  forgetPrograms(): void {
    rmSync(this.#programs, { force: true });
  }

  /** A demo that was killed could not end what it had started; two of them on one folder would fight. */
  async #endLeftovers(signal: AbortSignal): Promise<void> {
    const left = this.#running();
    if (left.length === 0) return;
    process.stdout.write(`Ending ${left.map(({ name }) => name).join(" and ")} of an earlier run ...\n`);
    for (const { pid } of left.toReversed()) await endProcess(pid, signal);
    this.forgetPrograms();
  }

  /** Programs of an earlier run that are still there. */
  #running(): RunningProgram[] {
    if (!existsSync(this.#programs)) return [];
    try {
      const programs = JSON.parse(readFileSync(this.#programs, "utf8")) as RunningProgram[];
      return programs.filter(({ pid, ticks }) => processStartTicks(pid) === ticks);
    } catch {
      return [];
    }
  }
}

async function endProcess(pid: number, signal: AbortSignal): Promise<void> {
  const ticks = processStartTicks(pid);
  process.kill(pid, "SIGTERM");
  for (let waited = 0; processStartTicks(pid) === ticks; waited += 50) {
    if (waited === 4000) process.kill(pid, "SIGKILL");
    await systemClock.sleep(50, signal);
  }
}

/** @throws TransportError E_PORT_IN_USE, naming the option that chooses another */
export function assertPortFree(port: number, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause) => {
      const address = `127.0.0.1:${port}`;
      reject(new TransportError("E_PORT_IN_USE", { address, option: `npm start -- ${option} PORT` }, { cause }));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}
