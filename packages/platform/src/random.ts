import { randomBytes } from "node:crypto";
import type { Random } from "@gateway-engine/core/random";

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => Math.random(),
};
