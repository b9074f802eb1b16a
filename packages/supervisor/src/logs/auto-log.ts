/** The names of AUTO logs: `<process>-<stdout|stderr>---<identifier>-XXXXXXXX.log`, made fresh for each run of the daemon. */
import type { Random } from "@gateway-engine/core/random";

export type Channel = "stdout" | "stderr";

export interface AutoLogName {
  readonly process: string;
  readonly channel: Channel;
  /** Of the daemon, so that two of them can share a folder. */
  readonly identifier: string;
}

export function autoLogName({ process, channel, identifier }: AutoLogName, random: Random): string {
  const letters = Array.from(random.bytes(8), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
  return `${process}-${channel}---${identifier}-${letters}.log`;
}

/** Whether a file was an AUTO log, or an old part of one, of a daemon with this identifier. */
export function isAutoLog(fileName: string, identifier: string): boolean {
  const at = fileName.indexOf(`---${identifier}-`);
  return at > 0 && /^\S+\.log(\.\d{1,4}(\.gz)?|\.gz\.tmp)?$/.test(fileName.slice(at + identifier.length + 4));
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789_";
