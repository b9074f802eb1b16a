/** Starts the real `gwe-fleet`, and talks to it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EndedProgram, launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";

/** Runs `gwe-fleet` to its end. */
export function runFleet(...args: string[]): Promise<EndedProgram> {
  return runProgram("gwe-fleet", args);
}

export interface RunningFleet extends AsyncDisposable {
  readonly url: string;
  readonly adminToken: string;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<EndedProgram>;
}

export async function startFleet(dataFolder: string, ...more: string[]): Promise<RunningFleet> {
  const program = launchProgram("gwe-fleet", ["--data", dataFolder, "--listen", "127.0.0.1:0", ...more]);
  const [, url = ""] = await program.printed(/^gwe-fleet \S+ is listening on (http:\S+)\n/m);
  return {
    url,
    adminToken: readFileSync(join(dataFolder, "admin-token"), "utf8").trim(),
    output: () => program.output,
    end: (signal) => program.end(signal),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
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
