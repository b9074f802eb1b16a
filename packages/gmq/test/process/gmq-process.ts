/** The real gmq as a child process, in a temporary root. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";

const LAUNCHER = fileURLToPath(new URL("../../bin/gmq", import.meta.url));

export interface GmqRoot extends AsyncDisposable {
  readonly paths: GatewayPaths;
  readonly env: NodeJS.ProcessEnv;
  /** Writes a file under the root, making its folder. */
  put(path: string, text: string): Promise<void>;
}

/** An empty root where gmq listens on a port of the system's choice. */
export async function makeRoot(server: string, gmqCfg = ""): Promise<GmqRoot> {
  const root = await mkdtemp(join(tmpdir(), "gmq-test-"));
  const paths = gatewayPaths(root);
  const put = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  await put(paths.gmqCfg, `${gmqCfg}\n[server]\nlisten = 127.0.0.1:0\n`);
  return {
    paths,
    put,
    env: { ...process.env, GWE_ROOT: root, GWE_SERVER: server },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

export class GmqProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output = "";
  #url = "";
  readonly #printed = new Set<() => void>();

  private constructor(child: ChildProcess) {
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        for (const wake of this.#printed) wake();
      });
    }
    child.once("exit", () => {
      for (const wake of this.#printed) wake();
    });
  }

  /** Resolves when gmq takes data. */
  static async start(root: GmqRoot): Promise<GmqProcess> {
    const gmq = new GmqProcess(spawn(LAUNCHER, [], { env: root.env, stdio: ["ignore", "pipe", "pipe"] }));
    const match = await gmq.printed(/takes data at (http:\S+)/);
    gmq.#url = match[1] ?? "";
    return gmq;
  }

  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`gmq ended before it printed ${pattern}:\n${this.output}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#printed.delete(wake);
          resolve();
        };
        this.#printed.add(wake);
      });
    }
  }

  post(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Response> {
    const form = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
    return fetch(`${this.#url}${path}`, { method: "POST", body, headers: { ...form, ...headers } });
  }

  /** A write for the device `<vendor> <model> <serial>`. @returns the status */
  async write(vms: string, body: string | Uint8Array): Promise<number> {
    const answer = await this.post("/onep:v1/stack/alias", body, { "X-Exosite-VMS": vms });
    await answer.arrayBuffer();
    return answer.status;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end("SIGKILL");
  }
}

/** Runs `gmq <args>` to its end. */
export async function runGmq(
  root: GmqRoot,
  ...args: string[]
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(LAUNCHER, args, { env: root.env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await once(child, "close");
  return { status: child.exitCode, stdout, stderr };
}
