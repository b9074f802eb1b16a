import { gzipSync } from "node:zlib";

/** An entry exactly as it is to stand in the archive, however unwise. */
export interface TarEntry {
  readonly path: string;
  /** POSIX typeflag: `0` file, `1` hard link, `2` symbolic link, `3` character device, `5` folder, `6` FIFO. */
  readonly type?: "0" | "1" | "2" | "3" | "5" | "6" | "x";
  readonly mode?: number;
  readonly content?: string | Uint8Array;
  /** Of a link. */
  readonly target?: string;
}

const BLOCK = 512;

/** A ustar archive with the two zero blocks at its end. */
export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

export function tarGz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tar(entries));
}

/** A pax header with one record, which gives the next entry a name of any length and content. */
export function paxPath(path: string): TarEntry {
  const record = ` path=${path}\n`;
  const bytes = Buffer.byteLength(record);
  const digits = String(bytes + String(bytes + 3).length).length;
  return { path: "PaxHeader", type: "x", content: `${bytes + digits}${record}` };
}

function tarEntry({ path, type = "0", mode = 0o644, content = "", target = "" }: TarEntry): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100, "utf8");
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(body.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(type, 156);
  header.write(target, 157, 100, "utf8");
  header.write("ustar\u000000", 257, "latin1");
  header.write(octal(checksum(header), 6), 148);
  header[155] = 0x20;
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** The sum of the header's bytes, with its own field counted as eight spaces. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 8 * 0x20);
}
