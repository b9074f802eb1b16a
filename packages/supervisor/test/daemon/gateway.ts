/** A folder with a configuration, and the real supervisord over it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { onTestFinished } from "vitest";
import { createSupervisorClient, type ProcessInfo, type SupervisorClient } from "../../src/client.ts";
import { createXmlRpcCaller } from "../../src/xmlrpc/caller.ts";
import { isStruct, type XmlRpcStruct, type XmlRpcValue } from "../../src/xmlrpc/value.ts";

const LAUNCHER = new URL("../../../../node_modules/.bin/supervisord", import.meta.url).pathname;
const CTL_LAUNCHER = new URL("../../../../node_modules/.bin/supervisorctl", import.meta.url).pathname;
const MAIN = `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/main.log
pidfile=%(here)s/s.pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
[include]
files=programs.conf
`;

/** For one test: what it started is ended with it. */
export function superviseFolder(programs: string): SupervisedFolder {
  const folder = new SupervisedFolder(programs);
  onTestFinished(() => folder.stop());
  return folder;
}

export class SupervisedFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "sv-"));
  readonly signal: AbortSignal = new AbortController().signal;
  readonly #http = createHttpClient();
  readonly #daemons: ChildProcess[] = [];

  constructor(programs: string) {
    writeFileSync(this.file("s.conf"), MAIN);
    this.configure(programs);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Empty as long as there is no such file. */
  read(name: string): string {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), "utf8") : "";
  }

  exists(name: string): boolean {
    return existsSync(this.file(name));
  }

  configure(programs: string): void {
    writeFileSync(this.file("programs.conf"), programs.replaceAll("$HERE", this.path));
  }

  get client(): SupervisorClient {
    return createSupervisorClient({ http: this.#http, socketPath: this.file("s.sock") });
  }

  /**
   * Starts the daemon in the foreground and waits until it says that it is up.
   *
   * @param environment added to that of the tests
   * @param through a command line that starts what is put behind it
   */
  async start(
    environment: Readonly<Record<string, string>> = {},
    through: readonly string[] = [],
  ): Promise<ChildProcess> {
    const env = { ...process.env, ...environment };
    const [program = "", ...args] = [...through, LAUNCHER, "-n", "-c", this.file("s.conf")];
    const daemon = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    this.#daemons.push(daemon);
    let said = "";
    for await (const chunk of daemon.stdout.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      if (said.includes("supervisord started with pid")) break;
    }
    if (!said.includes("supervisord started with pid")) throw new Error(`supervisord did not start: ${said}`);
    daemon.stdout.resume();
    return daemon;
  }

  /** Kills the daemon so many milliseconds after it was executed, wherever it is then. */
  async startAndKillAfter(ms: number): Promise<void> {
    const daemon = spawn(LAUNCHER, ["-n", "-s", "-c", this.file("s.conf")], { stdio: ["ignore", "ignore", "inherit"] });
    this.#daemons.push(daemon);
    await wait(ms);
    await this.kill(daemon, "SIGKILL");
  }

  /** Runs the daemon's launcher to its end: in the background, that is when the daemon is up. */
  run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(LAUNCHER, ["-c", this.file("s.conf"), ...options], { encoding: "utf8" });
  }

  /** Runs supervisorctl to its end. */
  ctl(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(CTL_LAUNCHER, ["-c", this.file("s.conf"), ...words], { encoding: "utf8" });
  }

  async kill(daemon: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    const exited = once(daemon, "exit");
    daemon.kill(signal);
    await exited;
    return daemon.exitCode;
  }

  /** Calls `supervisor.<name>`, or another method by its whole name. */
  call(name: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue> {
    const caller = createXmlRpcCaller(this.#http, { url: "http://localhost", socketPath: this.file("s.sock") });
    const method = name.includes(".") ? name : `supervisor.${name}`;
    return caller.call(method, params, { timeoutMs: 20_000, signal: this.signal });
  }

  info(name: string): Promise<ProcessInfo> {
    return this.client.getProcessInfo(name, this.signal);
  }

  /** Every member that the daemon tells of a process. */
  async details(name: string): Promise<XmlRpcStruct> {
    const answer = await this.call("getProcessInfo", name);
    return isStruct(answer) ? answer : {};
  }

  /** The process as soon as it is in this state. */
  async until(name: string, statename: string): Promise<ProcessInfo> {
    for (;;) {
      const info = await this.info(name);
      if (info.statename === statename) return info;
      await wait(20);
    }
  }

  /** Stops whatever is left, so that no test leaves a process behind. */
  async stop(): Promise<void> {
    for (const daemon of this.#daemons) {
      if (daemon.exitCode === null && daemon.signalCode === null) await this.kill(daemon, "SIGTERM");
    }
    this.#http.close();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Waits until `ready` says so; the test's own time limit ends it. */
export async function eventually(ready: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await ready())) await wait(20);
}

export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
