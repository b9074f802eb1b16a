import { family, type MetricFamily } from "./family.ts";

interface DiskStatistics {
  readonly device: string;
  /** The counters behind the name, in the order of the kernel's documentation. */
  readonly fields: readonly number[];
}

/** @param text of /proc/diskstats; @see https://docs.kernel.org/admin-guide/iostats.html */
export function diskMetrics(text: string): readonly MetricFamily[] {
  const disks = text.split("\n").flatMap(readDisk);
  return COUNTERS.map(({ name, help, field, unit }) =>
    family(
      "counter",
      `node_disk_${name}_total`,
      help,
      disks.map(({ device, fields }) => {
        const count = fields[field];
        return [{ device }, count === undefined ? undefined : count * unit];
      }),
    ),
  );
}

function readDisk(line: string): readonly DiskStatistics[] {
  const [, , device, ...fields] = line.trim().split(/\s+/);
  if (device === undefined || IS_IGNORED.test(device)) return [];
  return [{ device, fields: fields.map(Number) }];
}

/** Those that node_exporter leaves out: memory disks, loops, and partitions. */
const IS_IGNORED = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]+|nvme\d+n\d+p|mmcblk\d+p)\d+$/;

const SECTOR_BYTES = 512;
const MILLISECOND = 0.001;

const COUNTERS = [
  { name: "reads_completed", field: 0, unit: 1, help: "The total number of reads completed successfully." },
  { name: "read_bytes", field: 2, unit: SECTOR_BYTES, help: "The total number of bytes read successfully." },
  { name: "writes_completed", field: 4, unit: 1, help: "The total number of writes completed successfully." },
  { name: "written_bytes", field: 6, unit: SECTOR_BYTES, help: "The total number of bytes written successfully." },
  { name: "io_time_seconds", field: 9, unit: MILLISECOND, help: "Total seconds spent doing I/Os." },
];
