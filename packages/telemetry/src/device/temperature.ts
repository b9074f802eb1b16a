import type { SystemTree } from "./system-tree.ts";

/** Degrees Celsius of every sensor that the kernel knows, keyed by the sensor's name: `{"cpu-thermal": 48.3}`. */
export async function readTemperatures(tree: SystemTree): Promise<Readonly<Record<string, number>> | undefined> {
  const found = new Temperatures(tree);
  await readThermalZones(tree, found);
  await readHwmon(tree, found);
  if (found.isEmpty) tree.gaps.add("temperature", "no sensor");
  return found.isEmpty ? undefined : found.byName();
}

/** @see https://docs.kernel.org/driver-api/thermal/sysfs-api.html */
async function readThermalZones(tree: SystemTree, found: Temperatures): Promise<void> {
  for (const zone of inNumberOrder(await tree.list(THERMAL), /^thermal_zone(\d+)$/)) {
    const type = (await tree.words(`${THERMAL}/${zone}/type`)) ?? zone;
    await found.add(type, `${THERMAL}/${zone}/temp`);
  }
}

/** @see https://docs.kernel.org/hwmon/sysfs-interface.html */
async function readHwmon(tree: SystemTree, found: Temperatures): Promise<void> {
  for (const chip of inNumberOrder(await tree.list(HWMON), /^hwmon(\d+)$/)) {
    // Kernels before 3.x have the values in the folder of the device only.
    for (const folder of [`${HWMON}/${chip}`, `${HWMON}/${chip}/device`]) {
      const inputs = inNumberOrder(await tree.list(folder), /^temp(\d+)_input$/);
      if (inputs.length === 0) continue;
      const name = (await tree.words(`${folder}/name`)) ?? chip;
      // A thermal zone shows itself as such a chip as well.
      if (found.hasZone(name)) break;
      for (const input of inputs) {
        const label = await tree.words(`${folder}/${input.replace("_input", "_label")}`);
        const one = inputs.length === 1 ? name : `${name} ${input.replace("_input", "")}`;
        await found.add(label === undefined ? one : `${name} ${label}`, `${folder}/${input}`);
      }
      break;
    }
  }
}

class Temperatures {
  readonly #tree: SystemTree;
  readonly #values = new Map<string, number>();
  readonly #names = new Set<string>();

  constructor(tree: SystemTree) {
    this.#tree = tree;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  hasZone(name: string): boolean {
    return this.#names.has(asHwmonName(name));
  }

  /** @param path of a file with thousandths of a degree */
  async add(name: string, path: string): Promise<void> {
    this.#names.add(asHwmonName(name));
    if (this.#values.size >= MOST_SENSORS) return;
    const thousandths = await this.#tree.number(path);
    if (thousandths === undefined) return;
    if (thousandths < COLDEST || thousandths > HOTTEST) this.#tree.gaps.add(`temperature.${name}`, "out of range");
    else this.#values.set(this.#free(name), Math.round(thousandths / 100) / 10);
  }

  byName(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#values);
  }

  /** Two sensors of one name: `acpitz`, `acpitz 2`. */
  #free(name: string): string {
    for (let count = 1; ; count += 1) {
      const wanted = count === 1 ? name : `${name} ${count}`;
      if (!this.#values.has(wanted)) return wanted;
    }
  }
}

/** hwmon allows no dash in a name; the kernel writes a zone's with underscores. */
function asHwmonName(name: string): string {
  return name.replaceAll(/[-\s]/g, "_");
}

function inNumberOrder(names: readonly string[], pattern: RegExp): readonly string[] {
  const number = (name: string) => Number(pattern.exec(name)?.[1]);
  return names.filter((name) => pattern.test(name)).sort((one, other) => number(one) - number(other));
}

const THERMAL = "sys/class/thermal";
const HWMON = "sys/class/hwmon";
const MOST_SENSORS = 24;
const COLDEST = -100_000;
const HOTTEST = 250_000;
