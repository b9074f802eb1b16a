import type { UsbDevice } from "@gateway-engine/protocol/device-info";
import { present } from "./present.ts";
import { oneLine, type SystemTree } from "./system-tree.ts";

/**
 * What is plugged into USB, hubs left out. A folder `1-1.4:1.0` is an interface of a device, `usb1` a root hub.
 *
 * @see https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-bus-usb
 */
export async function readUsbDevices(tree: SystemTree): Promise<readonly UsbDevice[]> {
  const ports = (await tree.list(USB)).filter((name) => /^\d+-[\d.]+$/.test(name));
  const devices = await Promise.all(ports.slice(0, MOST_DEVICES).map((port) => readDevice(tree, port)));
  if (ports.length > MOST_DEVICES) tree.gaps.add("hardware.usb", `${ports.length - MOST_DEVICES} more`);
  return devices.flat();
}

async function readDevice(tree: SystemTree, port: string): Promise<readonly UsbDevice[]> {
  const [deviceClass, vendor, product, maker, model] = await Promise.all(
    ["bDeviceClass", "idVendor", "idProduct", "manufacturer", "product"].map((file) =>
      tree.words(`${USB}/${port}/${file}`),
    ),
  );
  if (deviceClass === HUB) return [];
  if (!isId(vendor) || !isId(product)) {
    // A device that is unplugged at this moment has no files any more.
    if (deviceClass !== undefined) tree.gaps.add(`hardware.usb.${port}`, "no vendor and product");
    return [];
  }
  const name = oneLine([maker, model].filter((part) => part !== undefined).join(" "));
  return [present({ port, id: `${vendor}:${product}`, name: name === "" ? undefined : name })];
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[\da-f]{4}$/i.test(text);
}

const USB = "sys/bus/usb/devices";
const HUB = "09";
const MOST_DEVICES = 32;
