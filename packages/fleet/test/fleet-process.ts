/** Starts the real `gwe-fleet`, and talks to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(import.meta.dirname, "../../../node_modules/.bin/gwe-fleet");

export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "gwe-fleet-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface EndedProgram {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `gwe-fleet` to its end. */
export async function runFleet(...args: string[]): Promise<EndedProgram> {
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout: stdout.text, stderr: stderr.text };
}

export interface RunningFleet extends AsyncDisposable {
  readonly url: string;
  readonly adminToken: string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly stderr: { readonly text: string };
}

export async function startFleet(dataFolder: string, ...more: string[]): Promise<RunningFleet> {
  const child = spawn(PROGRAM, ["--data", dataFolder, "--listen", "127.0.0.1:0", ...more], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr = collect(child.stderr);
  const url = await readyUrl(child, stderr);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    const [status] = (await exit) as [number | null];
    return status;
  };
  return {
    url,
    adminToken: readFileSync(join(dataFolder, "admin-token"), "utf8").trim(),
    end,
    stderr,
    [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
  };
}

function readyUrl(child: ChildProcess, stderr: { readonly text: string }): Promise<string> {
  const stdout = collect(child.stdout);
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => {
      const match = /^gwe-fleet \S+ is listening on (http:\S+)\n$/.exec(stdout.text);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once("exit", (status) => reject(new Error(`gwe-fleet ended with ${status}: ${stderr.text}`)));
  });
}

function collect(stream: NodeJS.ReadableStream | null): { text: string } {
  const collected = { text: "" };
  stream?.on("data", (chunk: Buffer) => {
    collected.text += chunk.toString();
  });
  return collected;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** One request; the answer is read to its end. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** A person at the management API. Paths are below `/api/v1`. */
export class Manager {
  readonly #url: string;
  readonly #token: string;

  constructor({ url, adminToken }: { readonly url: string; readonly adminToken: string }) {
    this.#url = url;
    this.#token = adminToken;
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const { status, text } = await ask(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status, json: text === "" ? undefined : JSON.parse(text) };
  }

  upload(path: string, bytes: Buffer | ReadableStream, type = "application/gzip"): Promise<Answer> {
    return ask(`${this.#url}/api/v1${path}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": type },
      body: bytes,
      ...(bytes instanceof ReadableStream ? { duplex: "half" } : {}),
    });
  }
}

/** A device with its CIK. */
export class TestDevice {
  readonly #url: string;
  readonly cik: string;

  constructor(url: string, cik: string) {
    this.#url = url;
    this.cik = cik;
  }

  call(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(`${this.#url}${path}`, {
      method,
      headers: { "X-Exosite-CIK": this.cik, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  read(query: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", `/onep:v1/stack/alias?${query}`, undefined, headers);
  }

  write(body: string | Buffer, query = "", headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("POST", `/onep:v1/stack/alias${query}`, body, headers);
  }

  record(body: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("POST", "/onep:v1/stack/record", body, headers);
  }
}

/** Makes a gateway product `gw` and an activated device `00:11` in it. */
export async function provision(fleet: { readonly url: string; readonly adminToken: string }): Promise<{
  readonly manager: Manager;
  readonly device: TestDevice;
}> {
  const manager = new Manager(fleet);
  await manager.call("POST", "/products", { id: "gw", kind: "gateway" });
  await manager.call("PUT", "/products/gw/resources/sine", { format: "number" });
  await manager.call("POST", "/products/gw/identities", { identity: "00:11" });
  const { text } = await ask(`${fleet.url}/provision/activate`, {
    method: "POST",
    body: "vendor=gw&model=gw&sn=00:11",
  });
  return { manager, device: new TestDevice(fleet.url, text) };
}
