/** `ESC [` up to one of the letters that end what terminals understand. */
const SEQUENCE = /\u001b\[[^HfABCDRsuJKhlpm]*[HfABCDRsuJKhlpm]/g;

/** The bytes without the escape sequences that colour a terminal and move its cursor; every other byte is kept. */
export function stripAnsi(chunk: Uint8Array): Uint8Array {
  if (!chunk.includes(ESCAPE)) return chunk;
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
  return Buffer.from(text.replace(SEQUENCE, ""), "latin1");
}

const ESCAPE = 0x1b;
