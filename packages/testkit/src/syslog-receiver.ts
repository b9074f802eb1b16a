/**
 * Stands in for a syslog daemon that listens on UDP, and puts a `logger` into PATH that sends there.
 *
 * That is the machine's own `logger` with another destination: the socket /dev/log would need root.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export class SyslogReceiver implements AsyncDisposable {
  /** A value of PATH with which `logger` sends to us. */
  readonly path: string;
  readonly #socket: Socket;
  readonly #folder: string;
  readonly #received: string[] = [];
  #notify: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#folder = mkdtempSync(join(tmpdir(), "syslog-receiver-"));
    this.path = `${this.#folder}${delimiter}${process.env["PATH"]}`;
    const logger = join(this.#folder, "logger");
    const destination = `--udp --rfc3164 --server 127.0.0.1 --port ${socket.address().port}`;
    writeFileSync(logger, `#!/bin/sh\nexec /usr/bin/logger ${destination} --id=$$ "$@"\n`);
    chmodSync(logger, 0o755);
    socket.on("message", (message) => {
      this.#received.push(message.toString());
      this.#notify();
    });
  }

  static async start(): Promise<SyslogReceiver> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new SyslogReceiver(socket);
  }

  /** `<14>Nov 23 04:40:14 host supervisord[4711]: the line`, as they came, once `enough` says so. The test's time limit ends it. */
  async messages(enough: (messages: readonly string[]) => boolean): Promise<readonly string[]> {
    while (!enough(this.#received)) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
    return this.#received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true });
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
