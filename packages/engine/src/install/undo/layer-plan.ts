import { isWithin, type Mount, mountOf, outermost } from "./mounts.ts";

/** A folder whose changes go elsewhere while a script runs. */
export interface Layer {
  /** The folder that is layered: the gateway's root, or a mount below it. */
  readonly folder: string;
  /** On the same mount, so that a file gets from one to the other by a rename: `upper`, `work`, backups. */
  readonly home: string;
}

export interface LayerPlan {
  /** The first is the gateway's root. */
  readonly layers: readonly Layer[];
  /** Folders that keep their own changes. */
  readonly passed: readonly string[];
  /** Writable mounts whose changes cannot be taken back. */
  readonly unlayered: readonly string[];
  /** The same, each with the reason. */
  readonly notUndoable: readonly string[];
  /** What `layered` does, a step a line. */
  readonly steps: string;
  /** Where the merged tree is put together. */
  readonly merged: string;
}

export interface LayerSetting {
  readonly mounts: readonly Mount[];
  /** The folder that plays `/`. */
  readonly root: string;
  /** Of this install, for the layer of the mount that it is on, and for what belongs to no layer. */
  readonly home: string;
  readonly install: string;
  /** Folders that are not layered, as real paths. */
  readonly passed: readonly string[];
  /** One of them that may only be read, apart from those of them that are within it. */
  readonly readOnly: string;
}

/**
 * How the gateway's root is layered.
 *
 * @returns why it cannot be
 */
export function planLayers(setting: LayerSetting): LayerPlan | string {
  const { mounts, root, home } = setting;
  const unusable = [root, home].find((path) => !isPlain(path));
  if (unusable !== undefined) return `${unusable} has a character that mount does not take`;
  const merged = `${home}/merged`;
  const at = (path: string): string => (root === "/" ? `${merged}${path}` : `${merged}${path.slice(root.length)}`);
  const passable = setting.passed.filter((path) => isWithin(path, root) && !/[\n\t]/.test(path));
  const passed = outermost(passable);
  const rootLayer = { folder: root, home: homeOn(setting, root) };
  const layers: Layer[] = [rootLayer];
  const unlayered: string[] = [];
  const notUndoable: string[] = [];
  const steps = [layerStep("layer", rootLayer, merged)];
  for (const mount of mounts.filter((mount) => mount.at !== root && isWithin(mount.at, root))) {
    if (passed.some((folder) => isWithin(mount.at, folder)) || /[\n\t]/.test(mount.at)) continue;
    const reason = whyNotLayered(mount);
    if (reason === undefined) {
      const layer = { folder: mount.at, home: homeOn(setting, mount.at) };
      layers.push(layer);
      steps.push(layerStep("try", layer, at(mount.at)));
    } else {
      steps.push(`bind\t${mount.at}\t${at(mount.at)}`);
      if (reason === "") continue;
      unlayered.push(mount.at);
      notUndoable.push(`${mount.at}: ${reason}`);
    }
  }
  for (const folder of passed) steps.push(`bind\t${folder}\t${at(folder)}`);
  if (passed.includes(setting.readOnly)) {
    const writable = passable.filter((path) => path !== setting.readOnly && isWithin(path, setting.readOnly));
    steps.push(`readonly\t${at(setting.readOnly)}`, ...writable.map((folder) => `bind\t${folder}\t${at(folder)}`));
  }
  steps.push(root === "/" ? `root\t${merged}` : `cover\t${merged}\t${root}`);
  return { layers, passed, unlayered, notUndoable, steps: `${steps.join("\n")}\n`, merged };
}

/** Where a layer keeps what the script changes. */
export function upperOf({ home }: Layer): string {
  return `${home}/upper`;
}

export function workOf({ home }: Layer): string {
  return `${home}/work`;
}

function layerStep(step: "layer" | "try", layer: Layer, at: string): string {
  return [step, layer.folder, upperOf(layer), workOf(layer), at].join("\t");
}

/** @returns undefined when it may be layered, an empty reason when nothing of it stays anyway */
function whyNotLayered({ at, fileSystem, isWritable }: Mount): string | undefined {
  if (!isWritable || KERNEL_FILE_SYSTEMS.has(fileSystem)) return "";
  if (fileSystem === "tmpfs" || fileSystem === "ramfs") return "it is in memory";
  return isPlain(at) ? undefined : "its name has a character that mount does not take";
}

/** A mount has its own folder for layers unless the engine's state is on it. */
function homeOn({ mounts, home, install }: LayerSetting, folder: string): string {
  const mount = mountOf(mounts, folder)?.at ?? "/";
  if (mountOf(mounts, home)?.at === mount) return `${home}/root`;
  return `${mount === "/" ? "" : mount}/${FOREIGN_HOME}/${install}`;
}

/** In the top folder of a mount that the engine's state is not on. */
const FOREIGN_HOME = ".gateway-engine-undo";

/** The options of a mount are separated by commas, its lower folders by colons. */
function isPlain(path: string): boolean {
  return /^[\w/.@%+=~-]+$/.test(path);
}

/** What is in them is the kernel's, or gone with the next start. */
const KERNEL_FILE_SYSTEMS: ReadonlySet<string> = new Set([
  "autofs",
  "binfmt_misc",
  "bpf",
  "cgroup",
  "cgroup2",
  "configfs",
  "debugfs",
  "devpts",
  "devtmpfs",
  "efivarfs",
  "fusectl",
  "hugetlbfs",
  "mqueue",
  "nsfs",
  "proc",
  "pstore",
  "rpc_pipefs",
  "securityfs",
  "sysfs",
  "tracefs",
]);
