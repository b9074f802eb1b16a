import { UsageError } from "@gateway-engine/core/errors";
import type { DeviceKey } from "./devices/device.ts";

export function noProduct(id: string): UsageError {
  return new UsageError("E_NOT_FOUND", { what: `product ${id}` });
}

export function noDevice({ product, identity }: DeviceKey): UsageError {
  return new UsageError("E_NOT_FOUND", { what: `identity ${identity} in product ${product}` });
}
