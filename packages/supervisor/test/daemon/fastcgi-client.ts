/** As much of a FastCGI client as a web server needs for one request on one connection. */
import { once } from "node:events";
import { connect, type NetConnectOpts, type Socket } from "node:net";

/** A connection with a request on it that may not have been accepted yet. */
export class FastCgiRequest {
  readonly #socket: Socket;
  readonly #answer: Promise<string>;

  private constructor(socket: Socket, script: string) {
    this.#socket = socket;
    this.#answer = readToEnd(socket);
    this.#answer.catch(() => undefined);
    socket.write(request(script));
  }

  /** Resolves when the connection stands: the kernel has put it into the backlog of the listening socket. */
  static async send(to: NetConnectOpts, script: string): Promise<FastCgiRequest> {
    const socket = connect(to);
    await once(socket, "connect");
    return new FastCgiRequest(socket, script);
  }

  /** The pid of the process that answered, and the script that it was asked for. */
  async answer(): Promise<{ readonly pid: number; readonly script: string }> {
    const [, pid, script = ""] = /\r\n\r\n(\d+) (\S+)/.exec(await this.#answer) ?? [];
    return { pid: Number(pid), script };
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.bytesRead === 0;
  }
}

export async function ask(to: NetConnectOpts, script: string): Promise<{ pid: number; script: string }> {
  return (await FastCgiRequest.send(to, script)).answer();
}

function request(script: string): Buffer {
  const param = Buffer.concat([
    Buffer.from(["SCRIPT_NAME".length, script.length]),
    Buffer.from(`SCRIPT_NAME${script}`),
  ]);
  const responderRole = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([record(BEGIN_REQUEST, responderRole), record(PARAMS, param), record(PARAMS), record(STDIN)]);
}

function record(type: number, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([1, type, 0, 1, 0, content.length, 0, 0]), content]);
}

/** The contents of all STDOUT records. */
async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  let rest = Buffer.concat(chunks);
  let text = "";
  while (rest.length >= HEADER_BYTES) {
    const end = HEADER_BYTES + rest.readUInt16BE(4);
    if (rest.readUInt8(1) === STDOUT) text += rest.toString("utf8", HEADER_BYTES, end);
    rest = rest.subarray(end + rest.readUInt8(6));
  }
  return text;
}

const BEGIN_REQUEST = 1;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;
const HEADER_BYTES = 8;
