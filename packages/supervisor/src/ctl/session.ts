/** One run of supervisorctl: the server it talks to, what it prints, and the exit status that has come of it so far. */
import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { errnoCode } from "@gateway-engine/platform/errno";
import { type AnswerReader, readText } from "../xmlrpc/answers.ts";
import { authorization, createXmlRpcCaller, faultOf, type XmlRpcServer } from "../xmlrpc/caller.ts";
import { FAULTS } from "../xmlrpc/faults.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { EXIT } from "./exit-codes.ts";

export interface SessionDeps {
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** Writes to standard output, as it is. */
  readonly write: (text: string) => void;
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void;
  /** Reads one line of standard input; undefined at its end, or when `until` aborts. */
  readonly ask: (prompt: string, until?: AbortSignal) => Promise<string | undefined>;
  /** Runs what only Ctrl-C ends; the shell goes on after it. */
  readonly untilInterrupted: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>;
  /** Whether a person sits at a prompt, and dangerous actions are asked back. */
  readonly interactive: boolean;
}

export interface ServerAddress {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** The version of the interface that supervisorctl speaks. */
const API_VERSION = "3.0";

/** Python's client waits for ever; a day is as good, and ends. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

export class CtlSession {
  exitCode: number = EXIT.success;
  readonly deps: SessionDeps;
  #address: ServerAddress;

  constructor(deps: SessionDeps, address: ServerAddress) {
    this.deps = deps;
    this.#address = address;
  }

  get serverUrl(): string {
    return this.#address.url;
  }

  /** Talks to another server from now on. */
  open(url: string): void {
    this.#address = { ...this.#address, url };
  }

  print(line: string): void {
    this.deps.write(`${line}\n`);
  }

  /** An error that the user reads: the line, and the exit status. */
  fail(line: string, exitCode: number = EXIT.generic): void {
    this.print(line);
    this.exitCode = exitCode;
  }

  /** Calls `supervisor.<name>`. */
  async call<Value>(read: AnswerReader<Value>, name: string, ...params: readonly XmlRpcValue[]): Promise<Value> {
    const caller = createXmlRpcCaller(this.deps.http, this.#server());
    const options = { timeoutMs: LONGEST_WAIT_MS, signal: this.deps.signal };
    const answer = read(await caller.call(`supervisor.${name}`, params, options));
    if (answer.ok) return answer.value;
    throw new TypeError(`supervisor.${name}: ${answer.problem}`);
  }

  /** Whether a supervisord answers that speaks our version; says so when not. */
  async isUp(): Promise<boolean> {
    try {
      const version = await this.call(readText, "getVersion");
      if (version === API_VERSION) return true;
      const line = `Sorry, this version of supervisorctl expects to talk to a server with API version ${API_VERSION}, but the remote version is ${version}.`;
      this.fail(line, EXIT.otherVersion);
    } catch (error) {
      this.exitCode = EXIT.generic;
      if (!this.#explainNotUp(error)) throw error;
    }
    return false;
  }

  /** The text of `/logtail/...` or `/mainlogtail` as it grows, until the session is cancelled. */
  async follow(path: string, signal: AbortSignal): Promise<void> {
    const { url, socketPath, credentials } = this.#server();
    const response = await this.deps.http.request({
      method: "GET",
      url: `${url}${path}`,
      ...(socketPath === undefined ? {} : { socketPath }),
      headers: { Accept: "*/*", ...authorization(credentials) },
      timeoutMs: LONGEST_WAIT_MS,
      signal,
    });
    if (response.status !== 200) {
      response.discard();
      this.deps.complain(`${this.serverUrl}${path} Cannot read, status code ${response.status}`);
      return;
    }
    const decoder = new TextDecoder();
    for await (const chunk of response.body) this.deps.write(decoder.decode(chunk, { stream: true }));
  }

  #server(): XmlRpcServer {
    const { url, username, password } = this.#address;
    const credentials = username === undefined || password === undefined ? {} : { credentials: { username, password } };
    if (!url.startsWith("unix://")) return { url: url.replace(/\/+$/, ""), ...credentials };
    return { url: "http://localhost", socketPath: url.slice("unix://".length), ...credentials };
  }

  #explainNotUp(error: unknown): boolean {
    const reason = connectionProblem(error);
    if (faultOf(error)?.code === FAULTS.UNKNOWN_METHOD) {
      const line =
        "Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).";
      this.fail(line, EXIT.unimplemented);
    } else if (reason === "ECONNREFUSED") {
      this.fail(`${this.serverUrl} refused connection`, EXIT.refused);
    } else if (reason === "ENOENT") {
      this.fail(`${this.serverUrl} no such file`, EXIT.notRunning);
    } else {
      return false;
    }
    return true;
  }
}

/** The operating system's name for why no connection came about, such as ENOENT. */
export function connectionProblem(error: unknown): string | undefined {
  if (!(error instanceof GatewayEngineError) || error.code !== "E_SUPERVISOR_UNREACHABLE") return undefined;
  return errnoCode(error.cause);
}
