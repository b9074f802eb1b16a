/**
 * The sizes of MQTT packets, read from their headers as the bytes pass, so that a packet that is too long can be refused
 * before it is collected in memory.
 *
 * @see MQTT 3.1.1, section 2.2
 */
import type { Duplex } from "node:stream";

/** Longest header: one byte of type, four of length. */
const LENGTH_BYTES = 4;

export class PacketMeter {
  readonly #maxBytes: number;
  /** Bytes of the packet's length that were read; undefined: its type comes next. */
  #lengthBytes: number | undefined;
  #length = 0;
  /** Bytes of the packet that are still to come. */
  #rest = 0;

  /** @param maxBytes longest packet, its header not counted */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns false as soon as a packet is too long, or its length is no number */
  pass(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, bytes.length - at);
        this.#rest -= passed;
        at += passed;
      } else {
        if (!this.#header(bytes[at] ?? 0)) return false;
        at += 1;
      }
    }
    return true;
  }

  #header(byte: number): boolean {
    if (this.#lengthBytes === undefined) {
      this.#lengthBytes = 0;
      this.#length = 0;
      return true;
    }
    if (this.#lengthBytes === LENGTH_BYTES) return false;
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#length > this.#maxBytes) return false;
    if ((byte & 0x80) === 0) {
      this.#rest = this.#length;
      this.#lengthBytes = undefined;
    }
    return true;
  }
}

/** Cuts the connection as soon as somebody reads the header of a packet longer than `maxBytes` from it. */
export function limitPackets(connection: Duplex, maxBytes: number, onExcess: () => void): void {
  const meter = new PacketMeter(maxBytes);
  const read = connection.read.bind(connection);
  connection.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || meter.pass(chunk)) return chunk;
    onExcess();
    connection.destroy();
    return null;
  };
}
