import type { BootInfo } from "@gateway-engine/protocol/device-info";
import { readBootReason } from "./boot-reason.ts";
import { present } from "./present.ts";
import type { SystemTree } from "./system-tree.ts";

/** Which run of the machine this is, since when, and why it began. */
export async function readBoot(tree: SystemTree): Promise<BootInfo | undefined> {
  const [id, since] = await Promise.all([tree.words("proc/sys/kernel/random/boot_id"), readBootTime(tree)]);
  const reason = await readBootReason(tree, since);
  if (id === undefined) tree.gaps.add("boot.id", "the kernel does not tell");
  if (since === undefined) tree.gaps.add("boot.since", "the kernel does not tell");
  if (reason === undefined) tree.gaps.add("boot.reason", "nothing tells");
  const boot = present({ id, since, reason });
  return Object.keys(boot).length === 0 ? undefined : boot;
}

/** When the machine started, in seconds since 1970 by its clock as it is set now. @see proc_stat(5), btime */
export async function readBootTime(tree: SystemTree): Promise<number | undefined> {
  const match = /^btime (\d{1,12})$/m.exec((await tree.text("proc/stat")) ?? "");
  return match === null ? undefined : Number(match[1]);
}
