import type { Machine, NetworkInterface } from "@gateway-engine/core/machine";
import { VERSION } from "@gateway-engine/core/version";
import type { DeviceInfo } from "@gateway-engine/protocol/device-info";
import { readBoot } from "./boot-state.ts";
import { readClock } from "./clock-state.ts";
import { dfText } from "./df.ts";
import { freeText } from "./free.ts";
import { Gaps } from "./gaps.ts";
import { readHardware } from "./hardware.ts";
import { readOperatingSystem } from "./os-release.ts";
import { present } from "./present.ts";
import { readStorage } from "./storage.ts";
import { type SystemFiles, SystemTree } from "./system-tree.ts";
import { readTemperatures } from "./temperature.ts";
import { unameText } from "./uname.ts";
import { withinLimit } from "./within-limit.ts";

export interface DeviceInfoDeps {
  readonly files: SystemFiles;
  readonly machine: Machine;
  /** The folder that plays `/` for what is read below `/proc`, `/sys` and `/etc`; `/` on a real machine. */
  readonly root: string;
  /** Where applications say what hardware they look after. */
  readonly hardwareDir: string;
}

/**
 * What the gateway is, how full it is and what is connected to it, for the alias `device_info`.
 *
 * Read from the kernel itself, so that it needs no `df`, `free` or `lsusb` on the gateway. What a kernel does not tell is a gap.
 *
 * @see docs/reference/aliases.md#device_info
 */
export async function readDeviceInfo({ files, machine, root, hardwareDir }: DeviceInfoDeps): Promise<DeviceInfo> {
  const gaps = new Gaps();
  const tree = new SystemTree(files, root, gaps);
  const state = present({
    uname: await unameText(tree, machine.architecture()),
    df: await dfText(tree, machine),
    free: await freeText(tree),
    ipaddrs: formatAddresses(machine.networkInterfaces()),
    kernel: await tree.words("proc/sys/kernel/osrelease"),
    architecture: machine.architecture(),
    build: VERSION,
    hostname: await tree.words("proc/sys/kernel/hostname"),
    os: await readOperatingSystem(tree),
    boot: await readBoot(tree),
    clock: await readClock(tree),
    temperature: await readTemperatures(tree),
    storage: await readStorage(tree),
    hardware: await readHardware(tree, files, hardwareDir),
  });
  if (state.kernel === undefined) gaps.add("kernel", "no /proc/sys/kernel/osrelease");
  if (state.hostname === undefined) gaps.add("hostname", "no /proc/sys/kernel/hostname");
  const missing = gaps.list();
  return withinLimit(missing.length === 0 ? state : { ...state, gaps: missing });
}

/** One line an interface: `eth0: 192.168.1.5/24, fe80::1/64`; those without an address are left out. */
function formatAddresses(interfaces: readonly NetworkInterface[]): string {
  return interfaces
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ name, addresses }) => `${name}: ${addresses.join(", ")}`)
    .join("\n");
}
