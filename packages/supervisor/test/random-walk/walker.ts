/** Does the steps of a random walk to a daemon, many of them at the same time, and looks on. */
import { renameSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { CancelledError } from "@gateway-engine/core/errors";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createSupervisorClient } from "../../src/client.ts";
import { createXmlRpcCaller, faultOf } from "../../src/xmlrpc/caller.ts";
import { FAULTS } from "../../src/xmlrpc/faults.ts";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";
import { ObservedStates } from "./observed-states.ts";
import { doubles } from "./process-view.ts";
import { configurationOf } from "./programs.ts";
import type { Step } from "./steps.ts";
import type { WatchedDaemon } from "./watched-daemon.ts";

const MOST_AT_ONCE = 20;
const CALL_LIMIT_MS = 60_000;
const NEVER = new AbortController().signal;
/** Faults that would mean that the walk does not speak as it should. */
const OUR_FAULTS: readonly number[] = [FAULTS.UNKNOWN_METHOD, FAULTS.INCORRECT_PARAMETERS, FAULTS.BAD_ARGUMENTS];

export class Walker {
  /** What must not be, in the order in which it was seen. */
  readonly findings: string[] = [];
  readonly #daemon: WatchedDaemon;
  readonly #http = createHttpClient();
  readonly #underWay = new Set<Promise<void>>();
  readonly #observed = new ObservedStates();
  /** Even while the daemon answers; odd while it begins again and may refuse calls. */
  #lives = 0;

  constructor(daemon: WatchedDaemon) {
    this.#daemon = daemon;
  }

  async take(step: Step): Promise<void> {
    if (this.#daemon.end !== undefined) throw new Error(`the daemon ended: ${this.#daemon.end}`);
    switch (step.kind) {
      case "call":
        return this.#inBackground(() => this.#call(step.method, step.params, step.impatientMs));
      case "kill-child":
        return this.#killChild(step.process, step.signal);
      case "update":
        this.#configure(configurationOf(step.programs, step.variant));
        return this.#inBackground(async () => void (await this.#client.update([], NEVER)));
      case "refused-reread":
        return this.#refusedReread();
      case "reopen-logs":
        return this.#daemon.signal("SIGUSR2");
      case "restart":
        return this.#restart(step.by);
      case "follow-log":
        return this.#inBackground(() => this.#followLog(step.path, step.ms));
      case "pause":
        return void (await wait(step.ms));
    }
  }

  /** Notes what cannot be in what the daemon and the kernel show at this moment. */
  async look(): Promise<void> {
    for (const name of doubles(this.#daemon.children())) this.findings.push(`two living copies of ${name}`);
    const lives = this.#lives;
    const infos = await this.#client.getAllProcessInfo(NEVER).catch((error: unknown) => {
      this.#judge(error, lives);
      return [];
    });
    this.findings.push(...this.#observed.see(infos));
  }

  /** Waits for every answer, stops every process and removes every group. */
  async clearUp(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#configure("");
    for (;;) {
      await this.#call("stopAllProcesses", [true]);
      await this.#client.update([], NEVER);
      if ((await this.#client.getAllProcessInfo(NEVER)).length === 0) break;
    }
    this.#http.close();
  }

  get #client() {
    return createSupervisorClient({ http: this.#http, socketPath: this.#daemon.folder.file("s.sock") });
  }

  async #inBackground(work: () => Promise<void>): Promise<void> {
    const lives = this.#lives;
    const done = work()
      .catch((error: unknown) => this.#judge(error, lives))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    if (this.#underWay.size >= MOST_AT_ONCE) await Promise.race(this.#underWay);
  }

  async #call(method: string, params: readonly XmlRpcValue[], impatientMs?: number): Promise<void> {
    const caller = createXmlRpcCaller(this.#http, {
      url: "http://localhost",
      socketPath: this.#daemon.folder.file("s.sock"),
    });
    const signal = impatientMs === undefined ? NEVER : AbortSignal.timeout(impatientMs);
    await caller.call(`supervisor.${method}`, params, { timeoutMs: CALL_LIMIT_MS, signal });
  }

  /** A refusal is an answer; that nobody answers is none, unless the daemon begins again meanwhile. */
  #judge(error: unknown, lives: number): void {
    const fault = faultOf(error);
    const isAnswer = fault !== undefined && !OUR_FAULTS.includes(fault.code);
    const isGap = fault === undefined && (lives % 2 === 1 || lives !== this.#lives);
    if (!isAnswer && !isGap && !(error instanceof CancelledError)) this.findings.push(String(error));
  }

  async #killChild(name: string, signal: NodeJS.Signals): Promise<void> {
    const lives = this.#lives;
    try {
      const { pid } = await this.#client.getProcessInfo(name, NEVER);
      if (pid > 0) process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) this.#judge(error, lives);
    }
  }

  /** In one instant, so that no reread finds half of it. */
  #configure(programs: string): void {
    const { folder } = this.#daemon;
    writeFileSync(folder.file("programs.new"), programs.replaceAll("$HERE", folder.path));
    renameSync(folder.file("programs.new"), folder.file("programs.conf"));
  }

  async #refusedReread(): Promise<void> {
    const before = this.#daemon.folder.read("programs.conf");
    this.#configure("[program:broken]\nautostart=maybe\n");
    try {
      await this.#client.reloadConfig(NEVER);
      this.findings.push("a faulty configuration was read");
    } catch (error) {
      if (faultOf(error)?.code !== FAULTS.CANT_REREAD) this.findings.push(String(error));
    } finally {
      this.#configure(before);
    }
  }

  async #restart(by: "SIGHUP" | "supervisor.restart"): Promise<void> {
    const starts = this.#startsInLog();
    this.#lives += 1;
    if (by === "SIGHUP") this.#daemon.signal("SIGHUP");
    else await this.#call("restart", []);
    while (this.#startsInLog() === starts && this.#daemon.end === undefined) await wait(20);
    this.#lives += 1;
  }

  #startsInLog(): number {
    return this.#daemon.folder.read("main.log").split("supervisord started with pid").length;
  }

  async #followLog(path: string, ms: number): Promise<void> {
    const response = await this.#http.request({
      method: "GET",
      url: `http://localhost${path}`,
      socketPath: this.#daemon.folder.file("s.sock"),
      timeoutMs: CALL_LIMIT_MS,
      signal: AbortSignal.timeout(ms),
    });
    await response.text(1_000_000);
  }
}
