/** Debian's supervisord in a temporary folder, the oracle of these tests. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const REAL_SUPERVISORD = "/usr/bin/supervisord";
export const REAL_SUPERVISORCTL = "/usr/bin/supervisorctl";
export const OUR_SUPERVISORCTL: string = resolve(import.meta.dirname, "../bin/supervisorctl");

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export class RealSupervisord {
  readonly folder: string;
  readonly socketPath: string;
  readonly configFile: string;
  readonly #daemon: ReturnType<typeof spawn>;
  readonly #ended: Promise<unknown>;

  private constructor(folder: string, daemon: ReturnType<typeof spawn>) {
    this.folder = folder;
    this.socketPath = join(folder, "sup.sock");
    this.configFile = join(folder, "supervisord.conf");
    this.#daemon = daemon;
    this.#ended = once(daemon, "exit");
  }

  /** @param programs file name and text of what `[include]` finds */
  static async start(
    programs: Readonly<Record<string, string>>,
    { server = "", client = "" }: { readonly server?: string; readonly client?: string } = {},
  ): Promise<RealSupervisord> {
    if (!existsSync(REAL_SUPERVISORD)) throw new Error("this test needs the Debian package supervisor");
    const folder = mkdtempSync(join(tmpdir(), "gwe-oracle-"));
    mkdirSync(join(folder, "conf.d"));
    mkdirSync(join(folder, "logs"));
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, "conf.d", name), text);
    const config = join(folder, "supervisord.conf");
    writeFileSync(config, configuration(folder, server, client));
    const daemon = spawn(REAL_SUPERVISORD, ["-n", "-c", config], { stdio: "ignore" });
    const real = new RealSupervisord(folder, daemon);
    while (!existsSync(real.socketPath)) {
      if (daemon.exitCode !== null) throw new Error(`supervisord ended with status ${daemon.exitCode}`);
      await sleep(20);
    }
    return real;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, "conf.d", name), text);
  }

  remove(name: string): void {
    rmSync(join(this.folder, "conf.d", name), { force: true });
  }

  /** Waits until the program is in one of these states, as the real supervisorctl sees it. */
  async until(program: string, ...states: readonly string[]): Promise<void> {
    for (;;) {
      const { stdout } = await run(REAL_SUPERVISORCTL, ["-c", this.configFile, "status", program]);
      if (states.some((state) => stdout.includes(` ${state} `))) return;
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    if (this.#daemon.exitCode === null) this.#daemon.kill("SIGTERM");
    await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end, whatever its exit status. */
export function run(program: string, args: readonly string[], input = ""): Promise<Outcome> {
  return new Promise((done) => {
    const child = execFile(program, args, { encoding: "utf8" }, (_error, stdout, stderr) => {
      done({ stdout, stderr, status: child.exitCode ?? -1 });
    });
    child.stdin?.end(input);
  });
}

function configuration(folder: string, server: string, client: string): string {
  return `[unix_http_server]
file=%(here)s/sup.sock
${server}
[supervisord]
logfile=%(here)s/logs/d.log
pidfile=%(here)s/d.pid
childlogdir=%(here)s/logs
identifier=oracle
user=root
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/sup.sock
${client}
[include]
files = conf.d/*.conf
`;
}
