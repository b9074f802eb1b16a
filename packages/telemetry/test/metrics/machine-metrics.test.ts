import { nodeFiles } from "@gateway-engine/platform/files";
import { expect, test } from "vitest";
import { readMachineMetrics } from "../../src/metrics/machine-metrics.ts";
import { formatMetrics } from "../../src/metrics/write-text.ts";
import { fakeMachine, fakeRoot } from "../helpers.ts";
import { brokenRules } from "./conformance.ts";

/** Two cores of a kernel that knows ten columns, and an old one's four. */
const STAT = `cpu  1132 34 1441 11311718 3675 127 438 0 0 0
cpu0 1393280 32966 572056 13343292 6130 0 17875 1 0 0
cpu1 50 0 25 100
intr 114930548 113199788 3 0 5
ctxt 1990473
btime 1062191376
processes 2915
procs_running 1
procs_blocked 0
`;

const DISKSTATS = `   8       0 sda 100 5 2048 10 7 3 4096 20 0 1500 2000
   8       1 sda1 90 5 2000 10 7 3 4096 20 0 1500 2000
 179       0 mmcblk0 1 0 2 0 0 0 0 0 0 0 0 0 0 0
 179       1 mmcblk0p1 1 0 2 0 0 0 0 0 0 0 0
   7       0 loop0 1 0 2 0 0 0 0 0 0 0 0
`;

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
 wwan0: 18446744 10 0 0 0 0 0 0 5000 9 0 0 0 0 0 0
`;

test("a machine is told in the names of node_exporter, in seconds and bytes", async () => {
  const root = fakeRoot({
    "proc/stat": STAT,
    "proc/loadavg": "0.20 0.18 0.12 1/80 11206\n",
    "proc/meminfo": "MemTotal:        1000 kB\nMemFree:          300 kB\nHugePages_Total:       4\n",
    "proc/self/mountinfo": "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n",
    "proc/diskstats": DISKSTATS,
    "proc/net/dev": NET_DEV,
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": "48312\n",
  });
  const machine = fakeMachine({ "/": { total: 1000, free: 400, available: 350 } });
  const text = formatMetrics(await readMachineMetrics({ files: nodeFiles, machine, root }));
  expect(brokenRules(text)).toEqual([]);
  for (const line of [
    'node_cpu_seconds_total{cpu="0",mode="user"} 13932.8',
    'node_cpu_seconds_total{cpu="0",mode="steal"} 0.01',
    'node_cpu_seconds_total{cpu="1",mode="idle"} 1',
    "node_boot_time_seconds 1062191376",
    "node_context_switches_total 1990473",
    "node_load5 0.18",
    "node_memory_MemTotal_bytes 1024000",
    'node_filesystem_avail_bytes{device="/dev/mmcblk0p2",fstype="ext4",mountpoint="/"} 358400',
    'node_disk_read_bytes_total{device="sda"} 1048576',
    'node_disk_written_bytes_total{device="sda"} 2097152',
    'node_disk_io_time_seconds_total{device="sda"} 1.5',
    'node_network_receive_bytes_total{device="wwan0"} 18446744',
    'node_network_transmit_bytes_total{device="wwan0"} 5000',
    'gwe_temperature_celsius{sensor="cpu-thermal"} 48.3',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  for (const absent of ["sda1", "mmcblk0p1", "loop0", 'cpu="1",mode="iowait"', "HugePages", "MemAvailable"]) {
    expect(text).not.toContain(absent);
  }
});

test("a machine whose kernel tells nothing has no metrics, and no error", async () => {
  const machine = fakeMachine({});
  const text = formatMetrics(await readMachineMetrics({ files: nodeFiles, machine, root: fakeRoot({}) }));
  expect(text).toBe("");
});
