/** The gateway's machine in the names of Prometheus' node_exporter, so that its dashboards and alerts fit. */
import type { FileSystemUsage, Machine } from "@gateway-engine/core/machine";
import { parseMeminfo } from "../device/free.ts";
import { Gaps } from "../device/gaps.ts";
import { type Mount, parseMountinfo, reportedMounts } from "../device/mounts.ts";
import { type SystemFiles, SystemTree } from "../device/system-tree.ts";
import { readTemperatures } from "../device/temperature.ts";
import { parseNetDev } from "../traffic/net-dev.ts";
import { diskMetrics } from "./disk-metrics.ts";
import { family, type Labels, type MetricFamily, single } from "./family.ts";
import { statMetrics } from "./stat-metrics.ts";

export interface MachineMetricsDeps {
  readonly files: SystemFiles;
  readonly machine: Pick<Machine, "fileSystemUsage">;
  /** The folder that plays `/` for what is read below `/proc` and `/sys`; `/` on a real machine. */
  readonly root: string;
}

/** What the kernel does not tell is left out. */
export async function readMachineMetrics({
  files,
  machine,
  root,
}: MachineMetricsDeps): Promise<readonly MetricFamily[]> {
  const tree = new SystemTree(files, root, new Gaps());
  const read = async (path: string) => (await tree.text(path)) ?? "";
  const mounts = reportedMounts(parseMountinfo(await read("proc/self/mountinfo")));
  return [
    ...statMetrics(await read("proc/stat")),
    ...loadMetrics(await read("proc/loadavg")),
    ...memoryMetrics(parseMeminfo(await read("proc/meminfo"))),
    ...(await fileSystemMetrics(mounts, machine)),
    ...diskMetrics(await read("proc/diskstats")),
    ...networkMetrics(await read("proc/net/dev")),
    ...temperatureMetrics(await readTemperatures(tree)),
  ];
}

/** @see proc_loadavg(5) */
function loadMetrics(text: string): readonly MetricFamily[] {
  const loads = text.split(" ");
  if (loads.length < 3) return [];
  return [1, 5, 15].map((minutes, index) =>
    single("gauge", `node_load${minutes}`, `${minutes}m load average.`, Number(loads[index])),
  );
}

/** @param fields in KiB */
function memoryMetrics(fields: ReadonlyMap<string, number>): readonly MetricFamily[] {
  return MEMORY_FIELDS.flatMap((field) => {
    const kib = fields.get(field);
    if (kib === undefined) return [];
    return [single("gauge", `node_memory_${field}_bytes`, `Memory information field ${field}_bytes.`, kib * 1024)];
  });
}

const MEMORY_FIELDS = [
  "MemTotal",
  "MemFree",
  "MemAvailable",
  "Buffers",
  "Cached",
  "SReclaimable",
  "Shmem",
  "SwapTotal",
  "SwapFree",
];

async function fileSystemMetrics(
  mounts: readonly Mount[],
  machine: MachineMetricsDeps["machine"],
): Promise<readonly MetricFamily[]> {
  const asked = await Promise.all(
    mounts.map(async (mount) => [labelsOf(mount), await machine.fileSystemUsage(mount.mountPoint)] as const),
  );
  const filled = asked.filter(([, usage]) => usage !== undefined && usage.total > 0);
  const of = (value: (usage: FileSystemUsage) => number) =>
    filled.map(([labels, usage]) => [labels, usage && value(usage)] as const);
  const gauge = (name: string, help: string, value: (usage: FileSystemUsage) => number) =>
    family("gauge", `node_filesystem_${name}_bytes`, help, of(value));
  return [
    gauge("size", "Filesystem size in bytes.", ({ total }) => total),
    gauge("free", "Filesystem free space in bytes.", ({ free }) => free),
    gauge("avail", "Filesystem space available to non-root users in bytes.", ({ available }) => available),
  ];
}

function labelsOf({ source, type, mountPoint }: Mount): Labels {
  return { device: source, fstype: type, mountpoint: mountPoint };
}

function networkMetrics(netDev: string): readonly MetricFamily[] {
  const interfaces = parseNetDev(netDev);
  return [
    family(
      "counter",
      "node_network_receive_bytes_total",
      "Network device statistic receive_bytes.",
      interfaces.map(({ name, received }) => [{ device: name }, received]),
    ),
    family(
      "counter",
      "node_network_transmit_bytes_total",
      "Network device statistic transmit_bytes.",
      interfaces.map(({ name, sent }) => [{ device: name }, sent]),
    ),
  ];
}

function temperatureMetrics(sensors: Readonly<Record<string, number>> = {}): readonly MetricFamily[] {
  const samples = Object.entries(sensors).map(([sensor, celsius]) => [{ sensor }, celsius] as const);
  return [family("gauge", "gwe_temperature_celsius", "What the sensors of the machine show.", samples)];
}
