/** The real gmq as a child process, in a temporary root. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import {
  type EndedProgram,
  type LaunchedProgram,
  launchProgram,
  runProgram,
} from "@gateway-engine/testkit/launched-program";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";

export interface GmqRoot extends AsyncDisposable {
  readonly paths: GatewayPaths;
  readonly env: Record<string, string>;
  /** Writes a file under the root, making its folder. */
  put(path: string, text: string): Promise<void>;
}

/** For makeRoot: MQTT is taken in too, on a port of the system's choice. */
export const WITH_MQTT = "[mqtt]\nlisten = 127.0.0.1:0\n";

/** An empty root where gmq listens on a port of the system's choice, for HTTP only unless told. */
export async function makeRoot(server: string, gmqCfg = ""): Promise<GmqRoot> {
  const folder = temporaryFolder("gmq");
  return { ...(await makeRootIn(folder.path, server, gmqCfg)), [Symbol.asyncDispose]: async () => folder.remove() };
}

/** The same in a folder that somebody else removes. */
export async function makeRootIn(folder: string, server: string, gmqCfg = ""): Promise<GmqRoot> {
  const paths = gatewayPaths(folder);
  const put = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  await put(paths.gmqCfg, `[mqtt]\nlisten = off\n${gmqCfg}\n[server]\nlisten = 127.0.0.1:0\n`);
  return {
    paths,
    put,
    env: { GWE_ROOT: folder, GWE_SERVER: server },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Longer than any back-off that a test causes. */
const QUEUED_LIMIT_MS = 15_000;

export interface GmqStart {
  readonly launcher?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export class GmqProcess implements AsyncDisposable {
  readonly #program: LaunchedProgram;
  readonly #url: string;

  private constructor(program: LaunchedProgram, url: string) {
    this.#program = program;
    this.#url = url;
  }

  /** Resolves when gmq takes data. @param launcher another build's, by its absolute path */
  static async start(root: GmqRoot, { launcher = "gmq", env = {} }: GmqStart = {}): Promise<GmqProcess> {
    const program = launchProgram(launcher, [], { env: { ...root.env, ...env } });
    const [, url = ""] = await program.printed(/takes data at (http:\S+)\s/);
    return new GmqProcess(program, url);
  }

  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** Where it takes MQTT: `mqtt://127.0.0.1:<port>`. */
  get mqttUrl(): string {
    const [, url = ""] = /takes MQTT at (mqtt:\S+)\s/.exec(this.output) ?? [];
    return url;
  }

  /** Where it takes data: `http://127.0.0.1:<port>`. */
  get url(): string {
    return this.#url;
  }

  /** Resolves when it has ended, however that came. */
  get ended(): Promise<EndedProgram> {
    return this.#program.ended;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#program.output;
  }

  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#program.printed(pattern);
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

  /** What `GET /status` answers. */
  async status(): Promise<QueueStatusAnswer> {
    return (await (await fetch(`${this.#url}/status`)).json()) as QueueStatusAnswer;
  }

  /** Resolves when so many messages are queued. @throws when that takes too long */
  async untilQueued(count: number, limitMs = QUEUED_LIMIT_MS): Promise<void> {
    const end = performance.now() + limitMs;
    for (let { queued } = await this.status(); queued !== count; { queued } = await this.status()) {
      if (performance.now() > end) throw new Error(`${queued} messages are queued, and not ${count}:\n${this.output}`);
      await sleep(5);
    }
  }

  end(signal: NodeJS.Signals): Promise<EndedProgram> {
    return this.#program.end(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}

/** Runs `gmq <args>` to its end. */
export function runGmq(root: GmqRoot, ...args: string[]): Promise<EndedProgram> {
  return runProgram("gmq", args, { env: root.env });
}
