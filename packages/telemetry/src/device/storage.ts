import type { StorageInfo } from "@gateway-engine/protocol/device-info";
import { present } from "./present.ts";
import type { SystemTree } from "./system-tree.ts";

/** The disks, cards and flash chips, keyed by the kernel's name: `mmcblk0`, `sda`, `nvme0n1`, `ubi0`. */
export async function readStorage(tree: SystemTree): Promise<Readonly<Record<string, StorageInfo>> | undefined> {
  const disks = (await tree.list("sys/block")).filter((name) => DISK.test(name));
  const flash = (await tree.list("sys/class/ubi")).filter((name) => /^ubi\d+$/.test(name));
  const found: [string, StorageInfo][] = [];
  for (const name of disks.slice(0, MOST_DISKS)) found.push([name, await readDisk(tree, name)]);
  for (const name of flash.slice(0, MOST_DISKS)) found.push([name, await readUbi(tree, `sys/class/ubi/${name}`)]);
  if (found.length === 0) tree.gaps.add("storage", "no disk");
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

async function readDisk(tree: SystemTree, name: string): Promise<StorageInfo> {
  const folder = `sys/block/${name}`;
  const [type, model, card, sectors, lifeTime, reserve] = await Promise.all([
    tree.words(`${folder}/device/type`),
    tree.words(`${folder}/device/model`),
    tree.words(`${folder}/device/name`),
    tree.number(`${folder}/size`),
    tree.words(`${folder}/device/life_time`),
    tree.number(`${folder}/device/pre_eol_info`),
  ]);
  const used = lifeTime === undefined ? undefined : lifeUsed(lifeTime);
  if (used === "unreadable") tree.gaps.add(`storage.${name}.life_used`, "not as JEDEC writes it");
  return present({
    kind: cardKind(name, type),
    name: model ?? card,
    bytes: sectors === undefined ? undefined : sectors * SECTOR_BYTES,
    life_used: used === "unreadable" ? undefined : used,
    reserve: RESERVE_STATES[reserve ?? 0],
  });
}

function cardKind(name: string, type: string | undefined): "eMMC" | "SD" | undefined {
  if (!name.startsWith("mmcblk")) return undefined;
  if (type === "MMC") return "eMMC";
  return type === "SD" ? "SD" : undefined;
}

/**
 * The share of its life that an eMMC has behind it, in percent: the upper end of the tenth that it reports, of its two kinds of
 * memory the worse. 110: it has outlived what its maker promised.
 *
 * @param text `0x01 0x02`: DEVICE_LIFE_TIME_EST_TYP_A and B of JEDEC eMMC 5.0; 0 means not defined
 */
export function lifeUsed(text: string): number | undefined | "unreadable" {
  if (!/^0x[\da-f]{1,2}( 0x[\da-f]{1,2})?$/i.test(text)) return "unreadable";
  const tenths = text.split(" ").map(Number);
  const worse = Math.max(...tenths);
  if (worse > OUTLIVED) return "unreadable";
  return worse === 0 ? undefined : worse * 10;
}

/** Raw flash with UBI on it: how often the most used block was erased, and how many have failed. @see sysfs-class-ubi */
async function readUbi(tree: SystemTree, folder: string): Promise<StorageInfo> {
  const [erases, bad, blocks, size] = await Promise.all(
    ["max_ec", "bad_peb_count", "total_eraseblocks", "eraseblock_size"].map((file) => tree.number(`${folder}/${file}`)),
  );
  return present({
    kind: "UBI" as const,
    bytes: blocks === undefined || size === undefined ? undefined : blocks * size,
    erases,
    bad_blocks: bad,
  });
}

/** Neither parts of a disk, as `mmcblk0boot0`, nor what lies on other disks or in memory, as `loop0`, `dm-0` and `zram0`. */
const DISK = /^(mmcblk\d+|nvme\d+n\d+|(sd|vd|hd|xvd)[a-z]+)$/;
const SECTOR_BYTES = 512;
const OUTLIVED = 11;
/** PRE_EOL_INFO: 80 % or 90 % of the reserved blocks are used. 1 is normal. */
const RESERVE_STATES: Readonly<Record<number, "warning" | "urgent">> = { 2: "warning", 3: "urgent" };
const MOST_DISKS = 16;
