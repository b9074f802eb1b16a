import type { Random } from "@gateway-engine/core/random";
import { loadCrypto } from "./crypto-module.ts";

export const systemRandom: Random = {
  bytes: (count) => loadCrypto().randomBytes(count),
  fraction: () => Math.random(),
};
