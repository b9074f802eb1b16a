/**
 * Looks at the sockets of applications, and enters what they have moved into the traffic book.
 *
 * @see docs/reference/queue-traffic.md#other-traffic-of-applications
 */
import { ProgramError } from "@gateway-engine/core/errors";
import type { CommandRunner } from "@gateway-engine/core/processes";
import type { TrafficRecorder } from "../traffic/traffic-book.ts";
import { type SocketOwnersDeps, type SupervisedProgram, socketOwners } from "./socket-owners.ts";
import { type SocketReadings, spentOnSockets } from "./socket-spending.ts";
import { parseSsOutput } from "./ss-output.ts";

export interface SocketSamplerDeps extends SocketOwnersDeps {
  readonly commands: CommandRunner;
  /** Those that run, without the ones whose requests are counted exactly. */
  readonly programs: (signal: AbortSignal) => Promise<readonly SupervisedProgram[]>;
  readonly interface: () => string;
  readonly book: TrafficRecorder;
}

const COMMAND = { file: "ss", args: ["-tineH"], cwd: "/", timeoutMs: 10_000, graceMs: 1000 } as const;

export class SocketSampler {
  readonly #deps: SocketSamplerDeps;
  readonly #environment: Readonly<Record<string, string>>;
  #before: SocketReadings | undefined;

  /** @param environment of `ss`: where it is found */
  constructor(deps: SocketSamplerDeps, environment: Readonly<Record<string, string>>) {
    this.#deps = deps;
    this.#environment = environment;
  }

  /** One look. The first has nothing to compare with, and enters nothing. @throws ProgramError when there is no `ss` */
  async sample(signal: AbortSignal): Promise<void> {
    const { programs, book } = this.#deps;
    const owners = await socketOwners(this.#deps, await programs(signal));
    const now = new Map(parseSsOutput(await this.#run(signal)).map((reading) => [reading.inode, reading]));
    const entries = spentOnSockets(this.#before, { now, owners, interface: this.#deps.interface() });
    this.#before = now;
    for (const entry of entries) book.record(entry);
  }

  async #run(signal: AbortSignal): Promise<string> {
    const output: Uint8Array[] = [];
    const onOutput = (chunk: Uint8Array) => void output.push(chunk);
    const result = await this.#deps.commands.run({ ...COMMAND, env: this.#environment, signal, onOutput });
    signal.throwIfAborted();
    if (result.kind === "exited" && result.status === 0) return Buffer.concat(output).toString("utf8");
    const reason = result.kind === "not-started" ? result.reason : `it ended as ${JSON.stringify(result)}`;
    throw new ProgramError("E_PROGRAM_START", { program: COMMAND.file, reason });
  }
}
