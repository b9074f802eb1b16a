/** Child processes on real pipes: FIFOs, because Node's own pipes are sockets, which a child cannot open as /dev/stdout. */
import { type ChildProcess, spawn as spawnProcess } from "node:child_process";
import * as fs from "node:fs";
import { constants } from "node:os";
import type {
  ChildExit,
  Children,
  OpenPipe,
  PipeReader,
  ProcessIdentity,
  SignalTarget,
  SpawnProblem,
  SpawnRequest,
} from "@gateway-engine/core/children";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { asUser, isCurrentUser } from "./as-user.ts";
import { errnoCode, errnoReason } from "./errno.ts";
import { emptyFifo, PIPE_CAPACITY, readFifo, writeFifo } from "./fifo.ts";
import { FifoStock } from "./fifo-stock.ts";
import { findSessionLeader, processStartTicks, waitStatus } from "./process-table.ts";
import { formatLimit } from "./resource-limits.ts";

/** @param pipesFolder absolute path of the folder that all the FIFOs are in */
export function createChildren(pipesFolder: string): Children {
  const fifos = new FifoStock(pipesFolder);
  const buffer = Buffer.allocUnsafeSlow(PIPE_CAPACITY);
  return {
    makePipes: (paths) => fifos.make(paths),
    spawn: (request, onExit) => spawn(request, onExit, fifos),
    readPipe: (path: string, reader: PipeReader): OpenPipe => {
      fifos.makeNow([path]);
      return readFifo(path, reader, buffer);
    },
    writePipe: writeFifo,
    signal,
    isAlive: ({ pid, startTicks }) => processStartTicks(pid) === startTicks,
    exitOf,
    identify: (pid) => {
      const startTicks = processStartTicks(pid);
      return startTicks === undefined ? undefined : { pid, startTicks };
    },
    findByEnvironment: findSessionLeader,
  };
}

async function spawn(
  request: SpawnRequest,
  onExit: (exit: ChildExit) => void,
  fifos: FifoStock,
): Promise<Result<number, SpawnProblem>> {
  const obstacle = privilegeProblem(request) ?? folderProblem(request);
  if (obstacle !== undefined) return fail(obstacle);
  let streams: readonly [number, number, number];
  try {
    streams = openStreams(request, fifos);
  } catch (error) {
    return fail(spawnProblem(error, "no-pipe"));
  }
  try {
    const child = launch(request, streams);
    child.once("exit", (status, signalName) => onExit(describeExit(status, signalName)));
    return child.pid === undefined ? fail(spawnProblem(await failureOf(child), "no-exec")) : ok(child.pid);
  } catch (error) {
    return fail(spawnProblem(error, "no-exec"));
  } finally {
    for (const fd of new Set(streams)) if (fd !== request.listenOn?.fd) fs.closeSync(fd);
  }
}

/** The file mode mask belongs to the process: it is set for the moment of the fork, which Node does at once. */
function launch(request: SpawnRequest, streams: readonly [number, number, number]): ChildProcess {
  const { identity, ...command } = asUser(request);
  const { file, args } = withLimits(withPrelude(command, request.prelude), request.openFiles);
  const before = request.umask === undefined ? undefined : process.umask(request.umask);
  try {
    return spawnProcess(file, args, {
      argv0: file === request.file ? request.argv0 : file,
      cwd: request.cwd,
      env: request.env,
      detached: true,
      stdio: [...streams],
      ...identity,
    });
  } finally {
    if (before !== undefined) process.umask(before);
  }
}

/** Node cannot set limits for a child; `prlimit` sets them for itself and becomes it. */
function withLimits(command: CommandLine, openFiles: SpawnRequest["openFiles"]): CommandLine {
  if (openFiles === undefined) return command;
  return { file: "prlimit", args: [`--nofile=${formatLimit(openFiles)}`, "--", command.file, ...command.args] };
}

function withPrelude(command: CommandLine, prelude: string | undefined): CommandLine {
  if (prelude === undefined) return command;
  const script = `{ ${prelude}; } || exit 127; exec "$@"`;
  return { file: "/bin/sh", args: ["-c", script, "supervisor", command.file, ...command.args] };
}

type CommandLine = Pick<SpawnRequest, "file" | "args">;

function privilegeProblem(request: SpawnRequest): SpawnProblem | undefined {
  if (request.user === undefined || isCurrentUser(request.user) || process.getuid?.() === 0) return undefined;
  return { kind: "no-privilege", reason: "Can't drop privilege as nonroot user" };
}

/** Node reports a missing folder as a missing program. */
function folderProblem({ cwd }: SpawnRequest): SpawnProblem | undefined {
  if (cwd === undefined) return undefined;
  try {
    if (!fs.statSync(cwd).isDirectory()) return { kind: "no-folder", code: "ENOTDIR" };
    fs.accessSync(cwd, fs.constants.X_OK);
    return undefined;
  } catch (error) {
    return { kind: "no-folder", code: errnoCode(error) ?? "EIO" };
  }
}

function openStreams({ pipes, listenOn }: SpawnRequest, fifos: FifoStock): readonly [number, number, number] {
  const { stdin, stdout, stderr } = pipes;
  fifos.makeNow(stderr === undefined ? [stdin, stdout] : [stdin, stdout, stderr]);
  const opened: number[] = [];
  const open = (path: string): number => {
    const fd = fs.openSync(path, fs.constants.O_RDWR);
    opened.push(fd);
    return fd;
  };
  try {
    const [input, output] = [listenOn?.fd ?? open(stdin), open(stdout)];
    // A process that an earlier child left behind may hold the pipe open, and with it what that child did not read.
    if (listenOn === undefined) emptyFifo(stdin);
    return [input, output, stderr === undefined ? output : open(stderr)];
  } catch (error) {
    for (const fd of opened) fs.closeSync(fd);
    throw error;
  }
}

function failureOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("error", resolve));
}

function spawnProblem(error: unknown, otherwise: "no-pipe" | "no-exec"): SpawnProblem {
  const code = errnoCode(error);
  if (code === "EMFILE" || code === "ENFILE") return { kind: "no-resources", code: "EMFILE" };
  if (code === "EAGAIN") return { kind: "no-resources", code };
  if (otherwise === "no-pipe") return { kind: "no-pipe", reason: errnoReason(error) };
  return { kind: "no-exec", code: code ?? "EIO" };
}

function describeExit(status: number | null, signalName: NodeJS.Signals | null): ChildExit {
  if (status !== null) return { kind: "status", status };
  return { kind: "signal", signal: signalName ?? "unknown" };
}

/** @see wait(2) */
function exitOf(process: ProcessIdentity): ChildExit | undefined {
  const status = waitStatus(process);
  if (status === undefined) return undefined;
  const number = status & 0x7f;
  if (number === 0) return { kind: "status", status: (status >> 8) & 0xff };
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return { kind: "signal", signal: name ?? `signal ${number}` };
}

function signal({ pid, group }: SignalTarget, name: string): string | undefined {
  try {
    process.kill(group ? -pid : pid, UNNAMED_SIGNALS[name] ?? name);
    return undefined;
  } catch (error) {
    return errnoCode(error) === "ESRCH" ? undefined : errnoReason(error);
  }
}

/** Those that Node knows only by number. */
const UNNAMED_SIGNALS: Readonly<Record<string, number>> = { "0": 0, SIGRTMIN: 34, SIGRTMAX: 64 };
