/** A line between a gateway and its server that carries so many bytes a second, and remembers what it carried. */
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface SlowLine {
  /** Where the gateway finds its server. */
  readonly url: string;
  /** The download that is under way, if one is. */
  readonly download: Download | undefined;
  /** Cuts all connections. */
  hangUp(): void;
  close(): void;
}

export interface Download {
  /** The first byte that was asked for. */
  readonly first: number;
  /** Bytes that were handed to the gateway since. */
  readonly received: number;
}

export async function openSlowLine(server: string, bytesPerSecond: number): Promise<SlowLine> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let download: { first: number; received: number } | undefined;
  const listener = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
    }
    near.on("close", () => far.destroy());
    let isDownload = false;
    near.on("data", (request: Buffer) => {
      const head = request.toString("latin1");
      isDownload = head.startsWith("GET /provision/download?") && !head.includes("info=true") && !head.includes(".sig");
      if (isDownload) download = { first: Number(/^range: bytes=(\d+)-/im.exec(head)?.[1] ?? 0), received: 0 };
      far.write(request);
    });
    void carry(far, near, bytesPerSecond, (bytes) => {
      if (isDownload && download !== undefined) download.received += bytes;
    }).catch(() => near.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
    download = undefined;
  };
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
    get download() {
      return download;
    },
    hangUp,
    close: () => {
      listener.close();
      hangUp();
    },
  };
}

/** Small pieces, so that the line is slow and not a sequence of bursts. */
async function carry(from: Socket, to: Socket, bytesPerSecond: number, count: (bytes: number) => void): Promise<void> {
  for await (const chunk of from) {
    for (let at = 0; at < (chunk as Buffer).length; at += PIECE_BYTES) {
      const piece = (chunk as Buffer).subarray(at, at + PIECE_BYTES);
      if (!to.write(piece)) await new Promise((resolve) => to.once("drain", resolve).once("close", resolve));
      count(piece.length);
      await wait((1000 * piece.length) / bytesPerSecond);
    }
  }
  to.end();
}

const PIECE_BYTES = 8192;
