/** What `ss -tineH` of iproute2 prints: one TCP socket, and on the next line what the kernel knows of it. */

/** Counted since the socket was opened. */
export interface SocketReading {
  readonly inode: number;
  /** Tells it from a later socket that has got the same inode. */
  readonly ends: string;
  /** Whether both ends are on this machine's loopback. */
  readonly isLocal: boolean;
  /** Bytes that TCP carried, each once. */
  readonly sent: number;
  readonly received: number;
  /** Bytes that were sent again. */
  readonly repeated: number;
  /** Packets, those without data among them; 0 when the kernel does not count them. */
  readonly packetsSent: number;
  readonly packetsReceived: number;
}

/**
 * Sockets that belong to no process any more are left out, and lines of which nothing is understood.
 *
 * @see ss(8); tcp_info in linux/tcp.h
 */
export function parseSsOutput(text: string): readonly SocketReading[] {
  return text
    .split(/\n(?=\S)/)
    .map(parseSocket)
    .filter((socket) => socket !== undefined);
}

function parseSocket(text: string): SocketReading | undefined {
  const [, , , local = "", peer = ""] = text.split(/\s+/, 5);
  const number = numbersIn(text);
  const inode = number("ino") ?? 0;
  if (inode === 0 || number("bytes_received", "bytes_sent", "bytes_acked") === undefined) return undefined;
  const repeated = number("bytes_retrans") ?? 0;
  const all = number("bytes_sent");
  return {
    inode,
    ends: `${local} ${peer}`,
    isLocal: isLoopback(local) && isLoopback(peer),
    // Linux before 4.19 tells only what the other end has acknowledged, the opening of the connection as a byte among it.
    sent: all === undefined ? Math.max(0, (number("bytes_acked") ?? 0) - 1) : all - repeated,
    received: number("bytes_received") ?? 0,
    repeated,
    packetsSent: number("segs_out") ?? 0,
    packetsReceived: number("segs_in") ?? 0,
  };
}

/** @returns looks up `name:<number>`: the first of the names that is there */
function numbersIn(text: string): (...names: readonly string[]) => number | undefined {
  const numbers = new Map(Array.from(text.matchAll(/\b([a-z_]+):(\d+)(?=\s|$)/g), ([, name, value]) => [name, value]));
  return (...names) => {
    const found = names.find((name) => numbers.has(name));
    return found === undefined ? undefined : Number(numbers.get(found));
  };
}

function isLoopback(address: string): boolean {
  return /^(127\.|\[::1\]:|::1:|\[::ffff:127\.|::ffff:127\.)/.test(address);
}
