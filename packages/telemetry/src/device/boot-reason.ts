import type { SystemTree } from "./system-tree.ts";

/**
 * Why the machine started: from the record of a kernel panic, from a watchdog, from a driver that knows the reset controller, or
 * from what the boot loader hands over on the kernel's command line; the first that has something to say.
 *
 * @param bootTime seconds since 1970
 */
export async function readBootReason(tree: SystemTree, bootTime: number | undefined): Promise<string | undefined> {
  return (
    (await panicReason(tree, bootTime)) ??
    (await watchdogReason(tree)) ??
    (await resetControllerReason(tree)) ??
    (await commandLineReason(tree))
  );
}

/**
 * The kernel leaves `Panic#1 Part1` and its last messages in persistent memory. A record stays until somebody removes it, so only
 * one that was made shortly before this start is its reason.
 *
 * @see https://docs.kernel.org/admin-guide/ramoops.html
 */
async function panicReason(tree: SystemTree, bootTime: number | undefined): Promise<string | undefined> {
  if (bootTime === undefined) return undefined;
  for (const name of await tree.list(PSTORE)) {
    const record = name.startsWith("dmesg-") ? await tree.stat(`${PSTORE}/${name}`) : undefined;
    if (record?.kind !== "file" || record.size > LARGEST_RECORD) continue;
    const before = bootTime - record.modifiedAt / 1000;
    if (before < -CLOCK_SLACK_S || before > PANIC_TO_START_S) continue;
    if (((await tree.text(`${PSTORE}/${name}`)) ?? "").startsWith("Panic#")) return "kernel panic";
  }
  return undefined;
}

/** @see https://docs.kernel.org/watchdog/watchdog-api.html, GET_BOOT_STATUS */
async function watchdogReason(tree: SystemTree): Promise<string | undefined> {
  for (const name of await tree.list("sys/class/watchdog")) {
    const reason = watchdogStatus((await tree.number(`sys/class/watchdog/${name}/bootstatus`)) ?? 0);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

export function watchdogStatus(bits: number): string | undefined {
  return WATCHDOG_FLAGS.find(([flag]) => (bits & flag) !== 0)?.[1];
}

const WATCHDOG_FLAGS: readonly (readonly [number, string])[] = [
  [0x01, "overheating"],
  [0x02, "fan failure"],
  [0x10, "undervoltage"],
  [0x40, "overvoltage"],
  [0x20, "watchdog timeout"],
  [0x04, "external relay 1"],
  [0x08, "external relay 2"],
];

/** Linux 6.5 and later. @see https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-platform-power-on-reason */
async function resetControllerReason(tree: SystemTree): Promise<string | undefined> {
  for (const name of (await tree.list(PLATFORM_DEVICES)).filter((device) => /rstc|reset/.test(device))) {
    const reason = await tree.words(`${PLATFORM_DEVICES}/${name}/power_on_reason`);
    if (reason !== undefined && reason !== "unknown reason") return reason;
  }
  return undefined;
}

/** `androidboot.bootreason=watchdog`, as boot loaders of phone and modem processors write it. */
async function commandLineReason(tree: SystemTree): Promise<string | undefined> {
  return /(?:^|\s)(?:androidboot\.)?bootreason=([\w,-]{1,64})/.exec((await tree.text("proc/cmdline")) ?? "")?.[1];
}

const PSTORE = "sys/fs/pstore";
const PLATFORM_DEVICES = "sys/bus/platform/devices";
/** A kernel that has panicked restarts after `kernel.panic` seconds, or when its watchdog does. */
const PANIC_TO_START_S = 15 * 60;
/** The time of the start is worked out anew whenever the clock is set. */
const CLOCK_SLACK_S = 60;
const LARGEST_RECORD = 1_048_576;
