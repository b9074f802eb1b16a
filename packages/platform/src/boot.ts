import { readFileSync } from "node:fs";
import type { Boot } from "@gateway-engine/core/boot";
import { loadCrypto } from "./crypto-module.ts";

/** Where the kernel does not say which boot this is, each process counts as one of its own. */
export function thisBoot(): Boot {
  return { id: bootId(), offset: Number(process.hrtime.bigint()) / 1e6 - performance.now() };
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return loadCrypto().randomUUID();
  }
}
