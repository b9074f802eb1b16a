/** node:crypto at the first use: it costs 1.4 MB of memory, and a program that waits needs none of it. */
import type * as Crypto from "node:crypto";

export function loadCrypto(): typeof Crypto {
  return process.getBuiltinModule("node:crypto");
}
