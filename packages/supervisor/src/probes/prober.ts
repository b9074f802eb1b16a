/** Asks a program once whether it is well. */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { TcpDialer } from "@gateway-engine/core/tcp";
import type { ProcessConfig } from "../config/model.ts";
import type { ProgramCommands } from "../process/program-commands.ts";
import type { Probe } from "./probe.ts";

export interface ProberDeps {
  readonly clock: Clock;
  readonly commands: ProgramCommands;
  readonly tcp: TcpDialer;
  readonly http: HttpClient;
}

export interface ProbeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class Prober {
  readonly #deps: ProberDeps;

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  /** @returns why it is not well; undefined: it is. What is said after `signal` aborted means nothing */
  async check(probe: Probe, config: ProcessConfig, limits: ProbeLimits): Promise<string | undefined> {
    try {
      switch (probe.kind) {
        case "command":
          return await this.#deps.commands.run(config, { command: probe.command, ...limits });
        case "tcp":
          return await this.#deps.tcp.probe(probe, limits.timeoutMs, limits.signal);
        case "http":
          return await this.#request(probe.url, limits);
      }
    } catch (error) {
      return describeError(error);
    }
  }

  async #request(url: string, { timeoutMs, signal }: ProbeLimits): Promise<string | undefined> {
    const { clock, http } = this.#deps;
    const late = new AbortController();
    const timer = clock.after(timeoutMs, () => late.abort());
    try {
      const headers = { Connection: "close" };
      const both = AbortSignal.any([signal, late.signal]);
      const response = await http.request({ method: "GET", url, headers, timeoutMs, signal: both });
      response.discard();
      return response.status >= 200 && response.status < 400 ? undefined : `HTTP status ${response.status}`;
    } catch (error) {
      return late.signal.aborted ? `no answer within ${timeoutMs / 1000} seconds` : describeError(error);
    } finally {
      timer.cancel();
    }
  }
}
