/** Does the steps of a random walk to a daemon, many of them at the same time, and looks on. */
import { renameSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { CancelledError } from "@gateway-engine/core/errors";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createSupervisorClient, type ProcessInfo } from "../../src/client.ts";
import { createXmlRpcCaller, faultOf } from "../../src/xmlrpc/caller.ts";
import { FAULTS } from "../../src/xmlrpc/faults.ts";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";
import { ObservedStates } from "./observed-states.ts";
import { doubles, removedPipes } from "./process-view.ts";
import { configurationOf } from "./programs.ts";
import type { Step } from "./steps.ts";
import type { WatchedDaemon } from "./watched-daemon.ts";
import { type Account, readAccount, WITNESS, WITNESS_FILE, WITNESS_SECTION } from "./witness.ts";

const MOST_AT_ONCE = 20;
/** For calls that wait for a process, and for the others. */
const CALL_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 10_000;
const LOOK_AGAIN_MS = 20;
const WITNESS_LIMIT_MS = 20_000;
/** What the witness is told when nothing more will happen. */
const LAST_WORD = "nothing more will happen";
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

  async begin(): Promise<void> {
    this.#configure(WITNESS_SECTION);
    await this.#client.update([], NEVER);
  }

  async take(step: Step): Promise<void> {
    if (this.#daemon.end !== undefined) throw new Error(`the daemon ended: ${this.#daemon.end}`);
    switch (step.kind) {
      case "call":
        return this.#inBackground(step, () => this.#call(step.method, step.params, step.impatientMs));
      case "kill-child":
        return this.#killChild(step);
      case "update":
        this.#configure(WITNESS_SECTION + configurationOf(step.programs, step.variant));
        return this.#inBackground(step, async () => void (await this.#client.update([], NEVER)));
      case "refused-reread":
        return this.#refusedReread();
      case "reopen-logs":
        return this.#daemon.signal("SIGUSR2");
      case "restart":
        return this.#restart(step.by);
      case "follow-log":
        return this.#inBackground(step, () => this.#followLog(step.path, step.ms));
      case "pause":
        return void (await wait(step.ms));
    }
  }

  /** Notes what cannot be in what the daemon and the kernel show at this moment. */
  async look(): Promise<void> {
    for (const name of doubles(this.#daemon.children())) this.findings.push(`two living copies of ${name}`);
    this.findings.push(...(await this.#leakedPipes()).map((pipe) => `it still holds ${pipe}`));
    const lives = this.#lives;
    const infos = await this.#client.getAllProcessInfo(NEVER).catch((error: unknown) => {
      this.#judge("getAllProcessInfo", error, lives);
      return [];
    });
    this.findings.push(...this.#observed.see(infos));
  }

  processes(): Promise<readonly ProcessInfo[]> {
    return this.#client.getAllProcessInfo(NEVER);
  }

  /** During this work, that nobody answers is to be expected. */
  async withoutDaemon(work: () => Promise<void>): Promise<void> {
    this.#lives += 1;
    await work();
    await Promise.all(this.#underWay);
    this.#lives += 1;
  }

  /** Waits for every answer, stops every process, hears the witness, and removes every group. */
  async clearUp(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#reduceTo(WITNESS_SECTION, 1);
    await this.#hearWitness();
    await this.#reduceTo("", 0);
    this.#http.close();
  }

  /** Those who went away before their answer may still be heard: a start may come in between. */
  async #reduceTo(programs: string, processes: number): Promise<void> {
    this.#configure(programs);
    do {
      await this.#call("stopAllProcesses", [true]);
      while ((await this.processes()).some(({ statename }) => statename === "STOPPING")) await wait(LOOK_AGAIN_MS);
      await this.#client.update([], NEVER).catch((error: unknown) => this.#judge("update", error, this.#lives));
    } while ((await this.processes()).length !== processes);
  }

  async #hearWitness(): Promise<void> {
    await this.#call("startProcess", [WITNESS, true]).catch((error: unknown) =>
      this.#judge("hear", error, this.#lives),
    );
    await this.#call("sendRemoteCommEvent", ["walk", LAST_WORD]);
    const deadline = performance.now() + WITNESS_LIMIT_MS;
    let account = this.#account();
    while (account === undefined || account.unsettled.length > 0) {
      if (performance.now() > deadline) break;
      await wait(LOOK_AGAIN_MS);
      account = this.#account();
    }
    if (account === undefined) this.findings.push("the witness was not told all that happened");
    else this.findings.push(...account.contradictions, ...account.unsettled);
  }

  /** undefined until the witness has been told everything; what an earlier daemon left behind may still end then. */
  #account(): Account | undefined {
    const noted = this.#daemon.folder.read(WITNESS_FILE);
    return noted.includes(LAST_WORD) ? readAccount(noted) : undefined;
  }

  /** A pipe that is just being removed may be seen once. */
  async #leakedPipes(): Promise<readonly string[]> {
    const seen = removedPipes(this.#daemon.pid);
    if (seen.length === 0) return [];
    await wait(LOOK_AGAIN_MS);
    const again = removedPipes(this.#daemon.pid);
    return seen.filter((pipe) => again.includes(pipe));
  }

  get #client() {
    return createSupervisorClient({
      http: this.#http,
      socketPath: this.#daemon.folder.file("s.sock"),
      timeoutMs: ANSWER_LIMIT_MS,
    });
  }

  async #inBackground(step: Step, work: () => Promise<void>): Promise<void> {
    const lives = this.#lives;
    const done = work()
      .catch((error: unknown) => this.#judge(JSON.stringify(step), error, lives))
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
  #judge(what: string, error: unknown, lives: number): void {
    const fault = faultOf(error);
    const isAnswer = fault !== undefined && !OUR_FAULTS.includes(fault.code);
    const isGap = fault === undefined && (lives % 2 === 1 || lives !== this.#lives);
    if (!isAnswer && !isGap && !(error instanceof CancelledError)) this.findings.push(`${what}: ${error}`);
  }

  async #killChild(step: Step & { kind: "kill-child" }): Promise<void> {
    const lives = this.#lives;
    try {
      const { pid } = await this.#client.getProcessInfo(step.process, NEVER);
      if (pid > 0) process.kill(pid, step.signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
        this.#judge(JSON.stringify(step), error, lives);
      }
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
    await this.withoutDaemon(async () => {
      if (by === "SIGHUP") this.#daemon.signal("SIGHUP");
      else await this.#call("restart", []);
      while (this.#startsInLog() === starts && this.#daemon.end === undefined) await wait(20);
    });
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
