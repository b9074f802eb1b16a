import type { SystemTree } from "./system-tree.ts";

type Named = Readonly<Record<string, string>>;

/** Serial ports that have a chip behind them. A port that the kernel only keeps a place for has type 0. */
export async function readSerialPorts(tree: SystemTree): Promise<Named> {
  return readEach(tree, { folder: TTY, names: /^tty[A-Za-z]+\d+$/, what: "serial" }, async (name) => {
    if (!(await tree.has(`${TTY}/${name}/device`))) return undefined;
    return (await tree.words(`${TTY}/${name}/type`)) === "0" ? undefined : driverOf(tree, `${TTY}/${name}`);
  });
}

/** I2C buses, and the chips on them that the kernel knows of. */
export async function readI2c(tree: SystemTree): Promise<Named> {
  return readEach(tree, { folder: I2C, names: /^(i2c-\d+|\d+-[\da-f]{4})$/, what: "i2c" }, async (name) => {
    return (await tree.words(`${I2C}/${name}/name`)) ?? "";
  });
}

/** Adapters; a connection of one has a name as `hci0:12`. */
export async function readBluetooth(tree: SystemTree): Promise<Named> {
  return readEach(tree, { folder: BLUETOOTH, names: /^hci\d+$/, what: "bluetooth" }, (name) => {
    return driverOf(tree, `${BLUETOOTH}/${name}`);
  });
}

/** Network interfaces over a modem, `wwan0` and `ppp0`, and its control ports, `cdc-wdm0` and `wwan0qmi0`. */
export async function readModems(tree: SystemTree): Promise<Named> {
  const interfaces = await readEach(tree, { folder: NET, names: /^[^:]+$/, what: "modem" }, async (name) => {
    const type = /^DEVTYPE=(\w+)$/m.exec((await tree.text(`${NET}/${name}/uevent`)) ?? "")?.[1];
    if (/^ppp\d/.test(name) || type === "ppp") return "ppp";
    return /^wwan\d/.test(name) || type === "wwan" ? driverOf(tree, `${NET}/${name}`) : undefined;
  });
  const controls = await readEach(tree, { folder: USB_CLASS, names: /^cdc-wdm\d+$/, what: "modem" }, (name) => {
    return driverOf(tree, `${USB_CLASS}/${name}`);
  });
  const ports = await readEach(tree, { folder: WWAN, names: /^wwan\d+[a-z]+\d+$/, what: "modem" }, async (name) => {
    return (await tree.words(`${WWAN}/${name}/type`)) ?? "";
  });
  return { ...interfaces, ...controls, ...ports };
}

interface DeviceClass {
  readonly folder: string;
  readonly names: RegExp;
  /** Where it stands in the report, should there be too many. */
  readonly what: string;
}

/** @param describe answers undefined for what is left out */
async function readEach(
  tree: SystemTree,
  { folder, names, what }: DeviceClass,
  describe: (name: string) => Promise<string | undefined>,
): Promise<Named> {
  const found: [string, string][] = [];
  for (const name of (await tree.list(folder)).filter((one) => names.test(one))) {
    const said = await describe(name);
    if (said !== undefined) found.push([name, said]);
  }
  if (found.length > MOST_OF_A_CLASS) tree.gaps.add(`hardware.${what}`, `${found.length - MOST_OF_A_CLASS} more`);
  return Object.fromEntries(found.slice(0, MOST_OF_A_CLASS));
}

/** Since Linux 6.5 a serial port stands on a bus of its own, where each driver is called `port`. */
async function driverOf(tree: SystemTree, folder: string): Promise<string> {
  const name = (await tree.linkedName(`${folder}/device/driver`)) ?? "";
  return name === "port" ? ((await tree.linkedName(`${folder}/device/../../driver`)) ?? "") : name;
}

const TTY = "sys/class/tty";
const I2C = "sys/bus/i2c/devices";
const BLUETOOTH = "sys/class/bluetooth";
const NET = "sys/class/net";
const USB_CLASS = "sys/class/usbmisc";
const WWAN = "sys/class/wwan";
const MOST_OF_A_CLASS = 32;
