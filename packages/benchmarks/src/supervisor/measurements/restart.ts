/** How long a program that was killed is not there. */
import { constants, mkdirSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { runCommand } from "../../machine/command.ts";
import type { Measurement, Row } from "../../measurement.ts";
import { median, percentile } from "../../statistics.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { announcer } from "../children.ts";
import type { RunningPeer, SupervisorPeer } from "../peer.ts";
import type { SupervisorContext } from "../running-peers.ts";

export const restart: Measurement<SupervisorPeer> = {
  name: "restart",
  about: `from kill -9 to the first word of the next child; autorestart, startsecs 0; ${120} times`,
  run,
};

const TIMES = 120;

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const programs = new Map<string, RestartedProgram>();
  try {
    for (const peer of context.peers) programs.set(peer.name, await RestartedProgram.start(peer, context.folder));
    const found = await inTurns(
      { ...context, progress: () => {} },
      TIMES,
      async ({ name }) => programs.get(name)?.killAndWait() ?? 0,
    );
    return [
      rowOf(
        { figure: "restart after kill -9, median", unit: "ms", targets: [{ kind: "below", limit: 8 }] },
        found,
        median,
      ),
      rowOf(
        { figure: "restart after kill -9, p99", unit: "ms", targets: [{ kind: "below", limit: 15 }] },
        found,
        (all) => percentile(all, 99),
      ),
    ];
  } finally {
    for (const program of programs.values()) await program.stop();
  }
}

/** One program under one peer, and the pipe in which each of its lives says its pid. */
class RestartedProgram {
  readonly #running: RunningPeer;
  readonly #pids: PidPipe;
  #pid: number;

  private constructor(running: RunningPeer, pids: PidPipe, pid: number) {
    this.#running = running;
    this.#pids = pids;
    this.#pid = pid;
  }

  static async start(peer: SupervisorPeer, folder: string): Promise<RestartedProgram> {
    const own = join(folder, peer.name.replaceAll(" ", "-"));
    mkdirSync(own);
    await runCommand("mkfifo", [join(own, "pids")]);
    const pids = new PidPipe(join(own, "pids"));
    const workload = {
      command: announcer(own, "pids"),
      programs: 1,
      autostart: true,
      autorestart: true,
      stopWaitSecs: 1,
    };
    const running = await peer.start(workload, { folder: own, node: process.execPath });
    return new RestartedProgram(running, pids, await pids.next());
  }

  /** @returns milliseconds */
  async killAndWait(): Promise<number> {
    const next = this.#pids.next();
    const start = performance.now();
    process.kill(this.#pid, "SIGKILL");
    this.#pid = await next;
    return performance.now() - start;
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    this.#pids.close();
  }
}

/** Open for both directions, so that it has no end when a writer goes. */
class PidPipe {
  readonly #socket: Socket;

  constructor(path: string) {
    this.#socket = new Socket({
      fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK),
      readable: true,
      writable: false,
    });
  }

  next(): Promise<number> {
    return new Promise((resolve) => this.#socket.once("data", (chunk: Buffer) => resolve(Number(chunk.toString()))));
  }

  close(): void {
    this.#socket.destroy();
  }
}
