/** A server that runs as long as it is measured. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { descendantsOf, isAlive } from "./process-facts.ts";
import { until } from "./until.ts";

export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it runs, and where `server.log` has what it says. */
  readonly folder: string;
  /** Whose rights it has, if not ours. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface ServerProcess {
  readonly pid: number;
  /** What it has said so far, on both streams. */
  readonly said: () => string;
  readonly end: () => Promise<void>;
}

/**
 * Starts it, and waits until `isReady`.
 *
 * @throws Error with its last words when it ends before, or takes longer than a minute
 */
export async function startServer(
  { file, args, env, folder, user }: ServerCommand,
  isReady: (said: string) => boolean | Promise<boolean>,
): Promise<ServerProcess> {
  const log = join(folder, "server.log");
  const out = openSync(log, "w");
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", out, out],
    ...user,
  });
  closeSync(out);
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  const pid = child.pid ?? 0;
  const said = () => readFileSync(log, "utf8");
  try {
    await until(`${file} is ready`, () => failOnceEnded(child, file, said) || isReady(said()));
  } catch (error) {
    await endTree(pid);
    throw error;
  }
  return { pid, said, end: () => endTree(pid) };
}

function failOnceEnded(child: ChildProcess, file: string, said: () => string): false {
  if (child.exitCode === null && child.signalCode === null) return false;
  throw new Error(`${file} ended with ${child.exitCode ?? child.signalCode}: ${said().trim().slice(-500)}`);
}

/** First as it is asked to, so that it gives back what is not its own, such as shared memory. */
async function endTree(pid: number): Promise<void> {
  const tree = [pid, ...descendantsOf(pid)];
  signal(pid, "SIGTERM");
  await until(`process ${pid} ended`, () => !isAlive(pid), ORDERLY_MS).catch(() => {});
  for (const member of tree) signal(member, "SIGKILL");
  await until(`process ${pid} ended`, () => !isAlive(pid));
}

const ORDERLY_MS = 10_000;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** For servers that cannot be told to choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}

export function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
