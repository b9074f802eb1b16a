/** One supervisord, ours or the real one, over a folder of its own: started, asked, and ended with the tests. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errnoCode } from "@gateway-engine/platform/errno";
import { type EndedProgram, type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { endProcessesIn, processesIn } from "@gateway-engine/testkit/running-processes";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { type ProcessInfo, readProcessInfo } from "../../src/xmlrpc/answers.ts";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";
import { type Answer, callMethod, exchange, type RequestOptions, readUntil } from "./http.ts";
import { type DaemonKind, REAL_SUPERVISORCTL } from "./kinds.ts";
import { run } from "./run.ts";

export interface DaemonSetup {
  /** What `[include]` finds, in `conf.d/programs.conf`: sections of programs, groups and listeners. */
  readonly programs?: string;
  /** Further lines of `[supervisord]`. */
  readonly supervisord?: string;
  /** Further lines of `[unix_http_server]`. */
  readonly server?: string;
  /** Further sections of the main file. */
  readonly sections?: string;
  /** Command line, besides -c. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program that executes the daemon, such as `prlimit`, with its arguments. */
  readonly through?: readonly string[];
}

export interface CtlAnswer {
  readonly printed: string;
  readonly status: number | null;
}

/** Longest wait for anything: far more than the original needs with its turns of one second. */
const LIMIT_MS = Number(process.env["BLACK_BOX_LIMIT_MS"] ?? 40_000);

export class Daemon implements AsyncDisposable {
  readonly kind: DaemonKind;
  readonly #setup: DaemonSetup;
  readonly #folder: TemporaryFolder;
  #program: LaunchedProgram | undefined;

  /** Writes the files, and starts nothing yet. In the texts, `$HERE` is the folder. */
  constructor(kind: DaemonKind, setup: DaemonSetup = {}) {
    this.kind = kind;
    this.#setup = setup;
    this.#folder = temporaryFolder(`bb-${kind.name}`);
    // A daemon that becomes another user goes on working here.
    chmodSync(this.#folder.path, 0o777);
    mkdirSync(this.file("conf.d"));
    this.write("s.conf", mainFile(setup));
    this.configure(setup.programs ?? "");
  }

  static async start(kind: DaemonKind, setup: DaemonSetup = {}): Promise<Daemon> {
    const daemon = new Daemon(kind, setup);
    await daemon.start();
    return daemon;
  }

  get folder(): string {
    return this.#folder.path;
  }

  get socket(): string {
    return this.file("s.sock");
  }

  get configFile(): string {
    return this.file("s.conf");
  }

  get pid(): number {
    const pid = this.#program?.pid;
    if (pid === undefined) throw new Error("the daemon was not started");
    return pid;
  }

  /** What it printed on both outputs. */
  get printed(): string {
    return this.#program?.output ?? "";
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Empty as long as there is no such file. */
  read(name: string): string {
    try {
      return readFileSync(this.file(name), "utf8");
    } catch (error) {
      if (errnoCode(error) === "ENOENT") return "";
      throw error;
    }
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text.replaceAll("$HERE", this.folder));
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  configure(programs: string): void {
    this.write("conf.d/programs.conf", programs);
  }

  /** Starts it in the foreground, and waits until it answers. */
  async start(): Promise<void> {
    const program = this.launch(["-n"]);
    let ended: EndedProgram | undefined;
    void program.ended.then((end) => {
      ended = end;
    });
    await this.eventually("an answer from supervisord", async () => {
      if (ended !== undefined) throw new Error(`supervisord ended with status ${ended.status}: ${ended.stderr}`);
      return existsSync(this.socket) && (await this.#answers());
    });
  }

  /** Starts it without waiting for anything. */
  launch(args: readonly string[] = []): LaunchedProgram {
    const { args: more = [], env = {}, through = [] } = this.#setup;
    const words = [...through, this.kind.supervisord, ...args, "-c", this.configFile, ...more];
    this.#program = launchProgram(words[0] ?? "", words.slice(1), {
      cwd: this.folder,
      env,
    });
    return this.#program;
  }

  /** Starts a second one over the same folder. */
  launchAnother(): LaunchedProgram {
    return launchProgram(this.kind.supervisord, ["-n", "-c", this.configFile], { cwd: this.folder });
  }

  /** Calls `supervisor.<name>`, or another method by its whole name. @throws Fault */
  call(name: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue> {
    return callMethod(this.socket, name.includes(".") ? name : `supervisor.${name}`, params);
  }

  request(options: RequestOptions): Promise<Answer> {
    return exchange(this.socket, options);
  }

  /** Follows an answer without an end until its text matches. */
  follow(path: string, pattern: RegExp): Promise<string> {
    return readUntil(this.socket, path, pattern);
  }

  /** The real supervisorctl, with both of its outputs as one text. */
  async ctl(...words: readonly string[]): Promise<CtlAnswer> {
    const { stdout, stderr, status } = await run(REAL_SUPERVISORCTL, ["-c", this.configFile, ...words]);
    return { printed: `${stdout}${stderr}`.replaceAll(this.folder, "$HERE"), status };
  }

  async info(name: string): Promise<ProcessInfo> {
    const info = readProcessInfo(await this.call("getProcessInfo", name));
    if (!info.ok) throw new Error(`getProcessInfo ${name}: ${info.problem}`);
    return info.value;
  }

  /** The process as soon as it is in this state. */
  async until(name: string, statename: string): Promise<ProcessInfo> {
    let info = await this.info(name);
    await this.eventually(`${name} to be ${statename}`, async () => {
      info = await this.info(name);
      return info.statename === statename;
    });
    return info;
  }

  /** Notes every state that the process is seen in, until it has come to `last`. Brief states may be missed. */
  async statesUntil(name: string, last: string): Promise<readonly string[]> {
    const seen: string[] = [];
    await this.eventually(`${name} to come to ${last}, after ${seen}`, async () => {
      const { statename } = await this.info(name);
      if (seen.at(-1) !== statename) seen.push(statename);
      return statename === last;
    });
    return seen;
  }

  async untilFile(name: string, pattern: RegExp | string): Promise<string> {
    await this.eventually(`${pattern} in ${name}`, () => matches(this.read(name), pattern));
    return this.read(name);
  }

  /** The daemon's own log, as soon as it says so. */
  untilLogged(pattern: RegExp | string): Promise<string> {
    return this.untilFile("main.log", pattern);
  }

  async eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (!(await isSo())) {
      if (performance.now() > limit) {
        throw new Error(
          `${this.kind.name}: waited in vain for ${what}; its log ends:\n${this.read("main.log").slice(-1500)}`,
        );
      }
      await wait(20);
    }
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Resolves when it has ended, by itself or by an earlier signal. */
  async ended(): Promise<EndedProgram> {
    if (this.#program === undefined) throw new Error("the daemon was not started");
    return this.#program.ended;
  }

  /** Ends it, and everything that it has left. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program !== undefined) {
      const late = setTimeout(() => void this.#program?.end("SIGKILL"), 8_000);
      await this.#program.end("SIGTERM").catch(() => undefined);
      clearTimeout(late);
    }
    if (processesIn(this.folder).length > 0) endProcessesIn(this.folder);
    this.#folder.remove();
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.request({ path: "/nosuchpage" })).status > 0;
    } catch {
      return false;
    }
  }
}

function matches(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
}

function mainFile({ supervisord = "", server = "", sections = "" }: DaemonSetup): string {
  return `[unix_http_server]
file=%(here)s/s.sock
${server}
[supervisord]
logfile=%(here)s/main.log
pidfile=%(here)s/s.pid
childlogdir=%(here)s
${supervisord}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$HERE/s.sock
[include]
files=conf.d/*.conf
${sections}
`;
}
