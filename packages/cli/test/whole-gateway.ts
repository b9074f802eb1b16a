/// <reference lib="esnext.disposable" />
/** A gateway with everything running: the real fleet server, supervisord, gwe and gmq. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { TestGateway } from "./run-gwe.ts";

const BIN = resolve(import.meta.dirname, "../../../node_modules/.bin");

export class WholeGateway implements AsyncDisposable {
  readonly gateway = new TestGateway();
  readonly #data = temporaryFolder("cli-fleet");
  readonly #programs: LaunchedProgram[] = [];
  url = "";

  /** @returns when the gateway is activated */
  async start(): Promise<void> {
    const fleet = this.#launch("gwe-fleet", ["--data", this.#data.path, "--listen", "127.0.0.1:0"]);
    this.url = (await fleet.printed(/is listening on (http:\S+)\n/))[1] ?? "";
    await this.#post("/products", { id: "pid", kind: "gateway" });
    await this.#post("/products/pid/identities", { identity: "sn" });
    await this.gateway.gwe("-P", "pid", "-u", "sn", "--server", this.url);
    this.program("gwe", "startsecs=0");
    this.program("gmq", "startsecs=0");
    writeFileSync(join(this.gateway.root, "etc/gateway-engine/gmq.cfg"), "[server]\nlisten = 127.0.0.1:0\n");
    const supervisor = this.#launch("supervisord", ["-n"], this.gateway.root);
    await supervisor.printed(/success: gmq entered RUNNING/);
    await this.until(() => this.gateway.read("etc/gateway-engine/Gateway.cfg").match(/^cik = [0-9a-f]{40}$/m) !== null);
  }

  /** A program of supervisord; the launcher of that name, unless `lines` say what it runs. */
  program(name: string, ...lines: readonly string[]): void {
    const folder = join(this.gateway.root, "etc/supervisor/conf.d");
    mkdirSync(folder, { recursive: true });
    const command = lines.some((line) => line.startsWith("command=")) ? [] : [`command=${join(BIN, name)}`];
    const log = `stdout_logfile=${this.gateway.root}/var/log/${name}.log`;
    const text = [`[program:${name}]`, ...command, log, "redirect_stderr=true", ...lines, ""];
    writeFileSync(join(folder, `${name}.conf`), text.join("\n"));
  }

  get cik(): string {
    return /^cik = (\S+)$/m.exec(this.gateway.read("etc/gateway-engine/Gateway.cfg"))?.[1] ?? "";
  }

  /** Looks again and again; the test's own time limit bounds it. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs.toReversed()) await program[Symbol.asyncDispose]();
    this.gateway.remove();
    this.#data.remove();
  }

  #launch(program: string, args: readonly string[], root?: string): LaunchedProgram {
    const launched = launchProgram(program, args, root === undefined ? {} : { env: { GWE_ROOT: root } });
    this.#programs.push(launched);
    return launched;
  }

  async #post(path: string, body: object): Promise<void> {
    const token = readFileSync(join(this.#data.path, "admin-token"), "utf8").trim();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}
