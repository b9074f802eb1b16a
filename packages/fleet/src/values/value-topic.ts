import type { DeviceKey } from "../devices/device.ts";

/** What is published on the bus when a resource of a device changes. */
export function valueTopic({ product, identity }: DeviceKey, alias: string): string {
  return `value ${JSON.stringify([product, identity, alias])}`;
}
