import type { SystemTree } from "./system-tree.ts";

/** What the maker calls the machine: from the device tree, from the firmware of a PC, or as an old Arm kernel knows it. */
export async function readBoardName(tree: SystemTree): Promise<string | undefined> {
  const model =
    (await tree.words("proc/device-tree/model")) ?? (await tree.words("sys/firmware/devicetree/base/model"));
  return model ?? (await readFirmwareName(tree)) ?? (await readProcessorsBoard(tree));
}

async function readFirmwareName(tree: SystemTree): Promise<string | undefined> {
  const [maker, product] = await Promise.all(
    ["sys_vendor", "product_name"].map((file) => tree.words(`${DMI}/${file}`)),
  );
  const name = [maker, product].filter((part) => part !== undefined && !PLACEHOLDER.test(part)).join(" ");
  return name === "" ? undefined : name;
}

async function readProcessorsBoard(tree: SystemTree): Promise<string | undefined> {
  return /^(?:Hardware|machine)\s*: (.{1,64})$/m.exec((await tree.text("proc/cpuinfo")) ?? "")?.[1]?.trim();
}

const DMI = "sys/class/dmi/id";
/** What stands there when the maker forgot to fill it in. */
const PLACEHOLDER =
  /^(to be filled by o\.?e\.?m\.?|default string|system (manufacturer|product name)|none|not specified)$/i;
