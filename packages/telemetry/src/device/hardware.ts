import type { HardwareInfo } from "@gateway-engine/protocol/device-info";
import { readAppHardware } from "./app-hardware.ts";
import { readBoardName } from "./board-name.ts";
import { readBluetooth, readI2c, readModems, readSerialPorts } from "./ports-and-buses.ts";
import { present } from "./present.ts";
import type { SystemFiles, SystemTree } from "./system-tree.ts";
import { readUsbDevices } from "./usb-devices.ts";

/**
 * What is connected to the gateway. Kinds that it has none of are left out.
 *
 * @param folder where applications say more
 */
export async function readHardware(
  tree: SystemTree,
  files: SystemFiles,
  folder: string,
): Promise<HardwareInfo | undefined> {
  const hardware = present({
    board: await readBoardName(tree),
    usb: unlessEmpty(await readUsbDevices(tree)),
    serial: unlessEmpty(await readSerialPorts(tree)),
    i2c: unlessEmpty(await readI2c(tree)),
    bluetooth: unlessEmpty(await readBluetooth(tree)),
    modem: unlessEmpty(await readModems(tree)),
    apps: unlessEmpty(await readAppHardware({ files, folder, gaps: tree.gaps })),
  });
  if ((await tree.list("sys")).length === 0) tree.gaps.add("hardware", "no /sys");
  return unlessEmpty(hardware);
}

function unlessEmpty<Found extends object>(found: Found): Found | undefined {
  return Object.keys(found).length === 0 ? undefined : found;
}
