import { join } from "node:path";
import type { Boot } from "@gateway-engine/core/boot";
import type { Clock } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import type { CounterReading, InterfaceCounter } from "./interface-counters.ts";
import { defaultInterface, parseNetDev } from "./net-dev.ts";
import { SPANS } from "./spans.ts";

export interface KernelFiles {
  readonly files: Pick<Files, "readText">;
  /** The folder that plays `/` for what is read below `/proc` and `/sys`; `/` on a real machine. */
  readonly root: string;
}

export interface InterfaceMeterDeps extends KernelFiles {
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly boot: Boot;
}

/** The counters of all interfaces, as the kernel has them now. */
export async function readCounters({ files, root, clock, boot }: InterfaceMeterDeps): Promise<CounterReading> {
  const totals = parseNetDev((await files.readText(join(root, "proc/net/dev"))) ?? "");
  const interfaces = totals.map(async ({ name, received, sent }): Promise<InterfaceCounter> => {
    const index = Number(await files.readText(join(root, "sys/class/net", name, "ifindex")));
    return { name, index: Number.isNaN(index) ? 0 : index, received, sent };
  });
  const now = clock.now();
  return {
    boot: boot.id,
    bootDay: dayOf(now - clock.monotonic() - boot.offset),
    day: dayOf(now),
    interfaces: await Promise.all(interfaces),
  };
}

/** The interface of the default route now. */
export async function readDefaultInterface({ files, root }: KernelFiles): Promise<string | undefined> {
  const read = async (name: string) => (await files.readText(join(root, "proc/net", name))) ?? "";
  const [route, ipv6Route] = await Promise.all([read("route"), read("ipv6_route")]);
  return defaultInterface(route, ipv6Route);
}

function dayOf(at: number): number {
  return Math.floor(at / 1000 / SPANS.day);
}
