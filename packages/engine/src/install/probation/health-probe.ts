import type { HealthCheck } from "@gateway-engine/artifact/app-manifest";
import { describeError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { CommandRunner } from "@gateway-engine/core/processes";
import type { TcpDialer } from "@gateway-engine/core/tcp";
import { commandProblem } from "../command-problem.ts";
import type { CommandPlace } from "../script-environment.ts";

export interface ProbeDeps {
  readonly commands: CommandRunner;
  readonly http: HttpClient;
  readonly tcp: TcpDialer;
}

/**
 * One round: asks in all the ways that the check names, together.
 *
 * @returns why the program is not well; undefined when it is
 */
export async function probeHealth(
  deps: ProbeDeps,
  check: HealthCheck,
  place: CommandPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timeoutMs = check.timeout * 1000;
  const problems = await Promise.all([
    check.command === undefined ? undefined : probeCommand(deps.commands, check.command, place, { timeoutMs, signal }),
    check.http === undefined ? undefined : probeHttp(deps.http, check.http, { timeoutMs, signal }),
    check.tcp === undefined ? undefined : probeTcp(deps.tcp, check.tcp, { timeoutMs, signal }),
  ]);
  return problems.find((problem) => problem !== undefined);
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function probeCommand(
  commands: CommandRunner,
  [file = "", ...args]: readonly string[],
  { folder, environment, user }: CommandPlace,
  limits: Limits,
): Promise<string | undefined> {
  let said = "";
  const result = await commands.run({
    file: file.includes("/") && !file.startsWith("/") ? `${folder}/${file}` : file,
    args,
    cwd: folder,
    env: environment,
    user,
    graceMs: 500,
    ...limits,
    onOutput: (chunk) => {
      said = (said + new TextDecoder().decode(chunk)).slice(-SAID_CHARACTERS);
    },
  });
  const problem = commandProblem(result, limits.timeoutMs);
  const lastWords = said.trim().split("\n").at(-1) ?? "";
  return problem === undefined ? undefined : `${file} ${problem}${lastWords === "" ? "" : ` and said "${lastWords}"`}`;
}

/** The limit holds for the whole exchange: the client's own is for silence only. */
async function probeHttp(http: HttpClient, url: string, { timeoutMs, signal }: Limits): Promise<string | undefined> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await http.request({ method: "GET", url, timeoutMs, signal: AbortSignal.any([signal, limit]) });
    response.discard();
    const { status } = response;
    return status >= 200 && status < 400 ? undefined : `${url} answered ${status}`;
  } catch (error) {
    return limit.aborted ? `${url} did not answer within ${timeoutMs / 1000} s` : describeError(error);
  }
}

async function probeTcp(tcp: TcpDialer, address: string, { timeoutMs, signal }: Limits): Promise<string | undefined> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const problem = await tcp.probe({ host, port: Number(address.slice(colon + 1)) }, timeoutMs, signal);
  return problem === undefined ? undefined : `${address}: ${problem}`;
}

const SAID_CHARACTERS = 200;
