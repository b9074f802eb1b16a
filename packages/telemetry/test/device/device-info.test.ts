import { nodeFiles } from "@gateway-engine/platform/files";
import { thisMachine } from "@gateway-engine/platform/machine";
import { describe, expect, test } from "vitest";
import { readDeviceInfo } from "../../src/device/device-info.ts";
import { fakeMachine, fakeRoot, realTool } from "../helpers.ts";

const MOUNTINFO = `22 27 0:21 / /proc rw,relatime - proc proc rw
24 27 0:6 / /dev rw,relatime - devtmpfs udev rw,size=10240k
27 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
28 27 179:1 / /boot rw - vfat /dev/mmcblk0p1 rw
29 27 8:1 / /media/usb\\040stick rw - vfat /dev/sda1 rw
30 27 179:2 /var/data /srv rw - ext4 /dev/mmcblk0p2 rw
31 27 0:50 / /mnt/nas rw - nfs4 nas:/export rw
`;

const MEMINFO = `MemTotal:        1000000 kB
MemFree:          400000 kB
MemAvailable:     700000 kB
Buffers:           10000 kB
Cached:           250000 kB
SReclaimable:      40000 kB
Shmem:              5000 kB
SwapTotal:        200000 kB
SwapFree:         150000 kB
`;

function gatewayRoot(): string {
  return fakeRoot({
    "proc/sys/kernel/ostype": "Linux\n",
    "proc/sys/kernel/hostname": "gateway-7\n",
    "proc/sys/kernel/osrelease": "5.10.103-v7l+\n",
    "proc/sys/kernel/version": "#1529 SMP Tue Mar 8 12:24:00 GMT 2022\n",
    "proc/self/mountinfo": MOUNTINFO,
    "proc/meminfo": MEMINFO,
  });
}

test("a gateway is described as its own tools would describe it", async () => {
  const machine = fakeMachine({
    "/dev": { total: 10_240, free: 10_240, available: 10_240 },
    "/": { total: 15_000_000, free: 9_000_000, available: 8_000_000 },
    "/boot": { total: 258_095, free: 206_000, available: 206_000 },
    "/media/usb stick": { total: 100, free: 0, available: 0 },
  });
  expect(
    await readDeviceInfo({ files: nodeFiles, machine, root: gatewayRoot(), hardwareDir: "/nonexistent" }),
  ).toMatchObject({
    uname: "Linux gateway-7 5.10.103-v7l+ #1529 SMP Tue Mar 8 12:24:00 GMT 2022 armv7l GNU/Linux",
    df: [
      "Filesystem     1K-blocks    Used Available Use% Mounted on",
      "udev               10240       0     10240   0% /dev",
      "/dev/mmcblk0p2  15000000 6000000   8000000  43% /",
      "/dev/mmcblk0p1    258095   52095    206000  21% /boot",
      "/dev/sda1            100     100         0 100% /media/usb stick",
      "",
    ].join("\n"),
    free: [
      "               total        used        free      shared  buff/cache   available",
      "Mem:         1000000      300000      400000        5000      300000      700000",
      "Swap:         200000       50000      150000",
      "",
    ].join("\n"),
    ipaddrs: "eth0: 192.168.1.5/24, fe80::1/64\nwlan0: 10.0.0.7/8",
  });
});

test("a kernel that tells nothing gives a report all the same", async () => {
  const info = await readDeviceInfo({
    files: nodeFiles,
    machine: fakeMachine({}),
    root: fakeRoot({}),
    hardwareDir: "/nonexistent",
  });
  expect(info).toMatchObject({ uname: "unknown unknown unknown unknown armv7l GNU/Linux", free: "" });
  expect(info.df).toBe("Filesystem     1K-blocks  Used Available Use% Mounted on\n");
});

describe("on this machine", () => {
  const report = () =>
    readDeviceInfo({ files: nodeFiles, machine: thisMachine, root: "/", hardwareDir: "/nonexistent" });

  test("uname is what uname -a prints", async () => {
    const real = realTool(/coreutils/, "uname", "-a");
    const { uname } = await report();
    // Some distributions let uname print the processor and the platform once more.
    if (real !== undefined) expect(real.trim().replaceAll(/ (\S+)( \1)+ GNU/g, " $1 GNU")).toBe(uname);
    expect(uname).toMatch(/^Linux \S+ \d+\./);
  });

  test("df is what df -l prints, but for what was written in the meantime", async () => {
    const real = realTool(/coreutils/, "df", "-l");
    const { df } = await report();
    const shape = (text: string) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.replace(/^(\S+)\s+(\d+)\s+\d+\s+\d+\s+\S+ (.*)$/, "$1 $2 $3").replaceAll(/ +/g, " "));
    if (real !== undefined) expect(shape(df)).toEqual(shape(real));
    expect(df).toMatch(/^Filesystem +1K-blocks +Used Available Use% Mounted on\n/);
  });

  test("free is what free prints, to the width of its columns", async () => {
    const real = realTool(/procps-ng 4/, "free");
    const { free } = await report();
    const shape = (text: string) => text.split("\n").map((line) => [line.split(/\s+/)[0], line.length]);
    if (real !== undefined) {
      expect(shape(free)).toEqual(shape(real));
      const [total, used] = [free, real].map((text) => text.split("\n")[1]?.split(/\s+/).map(Number) ?? []);
      expect(total?.[1]).toBe(used?.[1]);
      expect(Math.abs((total?.[2] ?? 0) - (used?.[2] ?? 0))).toBeLessThan(0.2 * (total?.[1] ?? 0));
    }
    expect(free).toMatch(/^ +total +used +free/);
  });
});
