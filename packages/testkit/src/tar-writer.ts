import { gzipSync } from "node:zlib";

/** An entry exactly as it is to stand in the archive, however unwise. */
export interface TarEntry {
  /** Bytes: for a name that is no UTF-8. Cut off after 100 bytes. */
  readonly path: string | Uint8Array;
  /**
   * The typeflag. POSIX: `0` file, `1` hard link, `2` symbolic link, `3` character device, `4` block device, `5` folder,
   * `6` FIFO, `x` pax header. GNU: `L` long name, `S` sparse file.
   */
  readonly type?: "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "L" | "S" | "s" | "x" | "g";
  readonly mode?: number;
  readonly content?: string | Uint8Array;
  /** Of a link. */
  readonly target?: string;
  /** What the header says of the content's length, when that is not the truth. */
  readonly claimedSize?: number;
  /** Major and minor number of a device. */
  readonly device?: readonly [major: number, minor: number];
  /** Bytes at any place of the header, written last; the checksum is right all the same. */
  readonly raw?: readonly { readonly at: number; readonly bytes: string | Uint8Array }[];
}

const BLOCK = 512;

/** A ustar archive with the two zero blocks at its end. */
export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

export function tarGz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tar(entries));
}

/** A pax header that gives the next entry a name of any length and content. */
export function paxPath(path: string): TarEntry {
  return paxHeader({ path });
}

/** A pax header: what it says goes before what stands in the header of the next entry. */
export function paxHeader(records: Readonly<Record<string, string>>): TarEntry {
  return { path: "PaxHeader", type: "x", content: Object.entries(records).map(paxRecord).join("") };
}

/** GNU's way of giving the next entry a long name. */
export function gnuLongName(path: string): TarEntry {
  return { path: "././@LongLink", type: "L", content: `${path}\0` };
}

function paxRecord([key, value]: readonly [string, string]): string {
  const record = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(record);
  const digits = String(bytes + String(bytes + 3).length).length;
  return `${bytes + digits}${record}`;
}

function tarEntry(entry: TarEntry): Buffer {
  const { path, type = "0", mode = 0o644, content = "", target = "", claimedSize, device = [0, 0], raw = [] } = entry;
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.set(Buffer.from(path).subarray(0, 100), 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.set(sizeField(claimedSize ?? body.length), 124);
  header.write(octal(0, 11), 136);
  header.write(type, 156);
  header.write(target, 157, 100, "utf8");
  header.write("ustar\u000000", 257, "latin1");
  header.write(octal(device[0], 7), 329);
  header.write(octal(device[1], 7), 337);
  for (const { at, bytes } of raw) header.set(Buffer.from(bytes), at);
  header.write(octal(checksum(header), 6), 148);
  header[155] = 0x20;
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

/** Octal digits; where they do not suffice, GNU's 12 bytes with the first bit set. */
export function sizeField(size: number): Uint8Array {
  if (size >= 0 && size < 8 ** 11) return Buffer.from(octal(size, 11));
  const field = Buffer.alloc(12);
  field.writeBigInt64BE(BigInt(size), 4);
  field[0] = size < 0 ? 0xff : 0x80;
  if (size < 0) field.fill(0xff, 1, 4);
  return field;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** The sum of the header's bytes, with its own field counted as eight spaces. */
function checksum(header: Buffer): number {
  const others = header.reduce((sum, byte, at) => (at >= 148 && at < 156 ? sum : sum + byte), 0);
  return others + 8 * 0x20;
}
