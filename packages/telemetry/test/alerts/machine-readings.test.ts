import { nodeFiles } from "@gateway-engine/platform/files";
import { expect, test } from "vitest";
import { diskReadings, memoryReadings, temperatureReadings } from "../../src/alerts/machine-readings.ts";
import { fakeMachine, fakeRoot } from "../helpers.ts";

const MOUNTINFO = `22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw
40 22 179:1 / /boot rw,relatime shared:2 - vfat /dev/mmcblk0p1 rw
41 22 7:0 / /usr ro,relatime shared:3 - squashfs /dev/loop0 ro
42 22 0:35 / /sys rw - sysfs sysfs rw
43 22 8:1 / /gone rw - ext4 /dev/sda1 rw
`;
const machine = fakeMachine({
  "/": { total: 1000, free: 300, available: 250 },
  "/boot": { total: 100, free: 1, available: 1 },
  "/usr": { total: 100, free: 0, available: 0 },
});

test("a disk is as full as df says; images and what cannot be asked are left out", async () => {
  const root = fakeRoot({ "proc/self/mountinfo": MOUNTINFO });
  expect(await diskReadings(nodeFiles, root, machine)).toEqual([
    // 700 of the 950 that users may have.
    { what: "/", value: 74 },
    { what: "/boot", value: 99 },
  ]);
});

test("memory that programs cannot have counts as used", async () => {
  const root = fakeRoot({ "proc/meminfo": "MemTotal: 1000000 kB\nMemFree: 10000 kB\nMemAvailable: 375000 kB\n" });
  expect(await memoryReadings(nodeFiles, root)).toEqual([{ what: "memory", value: 62.5 }]);
});

test("each sensor is told for itself", async () => {
  const zone = "sys/class/thermal/thermal_zone";
  const root = fakeRoot({
    [`${zone}0/type`]: "cpu-thermal\n",
    [`${zone}0/temp`]: "48312\n",
    [`${zone}1/type`]: "gpu-thermal\n",
    [`${zone}1/temp`]: "91000\n",
  });
  expect(await temperatureReadings(nodeFiles, root)).toEqual([
    { what: "cpu-thermal", value: 48.3 },
    { what: "gpu-thermal", value: 91 },
  ]);
});

test("where the kernel says nothing, disks and memory are unknown, and there is no sensor", async () => {
  const root = fakeRoot({});
  expect(await diskReadings(nodeFiles, root, machine)).toBeUndefined();
  expect(await memoryReadings(nodeFiles, root)).toBeUndefined();
  expect(await temperatureReadings(nodeFiles, root)).toEqual([]);
});
