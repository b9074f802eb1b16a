import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Machine } from "@gateway-engine/core/machine";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDeviceInfo } from "../../src/device/device-info.ts";
import { beagleboneBlack } from "./boards/beaglebone.ts";
import { type Board, writeBoard } from "./boards/board.ts";
import { BOARDS } from "./boards/index.ts";

function machineOf({ architecture }: Board): Machine {
  return {
    architecture: () => architecture,
    networkInterfaces: () => [{ name: "eth0", mac: "", addresses: ["192.168.1.5/24"] }],
    fileSystemUsage: async () => ({ total: 1_024_000, free: 512_000, available: 512_000 }),
  };
}

function report(board: Board, root: string) {
  return readDeviceInfo({
    files: nodeFiles,
    machine: machineOf(board),
    root,
    hardwareDir: join(root, "run/hardware.d"),
  });
}

describe.each(BOARDS.map((board) => ({ ...board })))("$name", (board) => {
  test("is described as its documentation says, in less than 2 KiB", async () => {
    using root = temporaryFolder("board");
    writeBoard(root.path, board);
    const { df, free, ipaddrs, ...rest } = await report(board, root.path);
    expect(rest).toEqual(board.expected);
    expect(df).toContain("/dev/root           1000   500       500  50% /\n");
    expect(free).toMatch(/^ +total +used +free +shared +buff\/cache +available\nMem: +\d+/);
    expect(ipaddrs).toBe("eth0: 192.168.1.5/24");
    expect(JSON.stringify({ df, free, ipaddrs, ...rest }).length).toBeLessThan(2048);
  });
});

test("a kernel that does not estimate its available memory counts what it could give up", async () => {
  using root = temporaryFolder("board");
  writeBoard(root.path, beagleboneBlack);
  const { free } = await report(beagleboneBlack, root.path);
  expect(free.split("\n")[1]?.split(/\s+/)).toEqual(["Mem:", "507428", "107428", "300000", "0", "100000", "400000"]);
});

describe("whatever is wrong with one file of a board", () => {
  type Damage = (file: string) => void;
  const damage: fc.Arbitrary<Damage> = fc.oneof(
    fc.constant<Damage>(() => {}),
    fc.constant<Damage>((file) => mkdirSync(file)),
    fc.constant<Damage>((file) => symlinkSync(file, file)),
    fc.constant<Damage>((file) => writeFileSync(file, "x\u0000\n".repeat(40_000))),
    fc.uint8Array({ maxLength: 64 }).map(
      (bytes): Damage =>
        (file) =>
          writeFileSync(file, bytes),
    ),
  );

  test("there is a report, and a server can take it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...BOARDS), fc.nat(), damage, async (board, choice, spoil) => {
        using root = temporaryFolder("board");
        writeBoard(root.path, board);
        const paths = Object.keys(board.files);
        const file = join(root.path, paths[choice % paths.length] ?? "");
        rmSync(file);
        spoil(file);
        const info = await report(board, root.path);
        expect(info.architecture).toBe(board.architecture);
        expect(Buffer.byteLength(JSON.stringify(info))).toBeLessThan(65_536);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ["proc/meminfo", "free: no /proc/meminfo"],
    ["proc/self/mountinfo", "df: no /proc/self/mountinfo"],
    ["proc/stat", "boot.since: the kernel does not tell"],
    ["proc/sys/kernel/random/boot_id", "boot.id: the kernel does not tell"],
    ["proc/sys/kernel/osrelease", "kernel: no /proc/sys/kernel/osrelease"],
    ["proc/sys/kernel/hostname", "hostname: no /proc/sys/kernel/hostname"],
    ["etc/os-release", "os: no os-release"],
    ["sys/class/rtc/rtc0/name", undefined],
  ])("without %s the gap is %s", async (path, gap) => {
    using root = temporaryFolder("board");
    writeBoard(root.path, beagleboneBlack);
    rmSync(join(root.path, path));
    const { gaps } = await report(beagleboneBlack, root.path);
    const usual = beagleboneBlack.expected.gaps ?? [];
    expect(gaps?.filter((found) => !usual.includes(found))).toEqual(
      expect.arrayContaining(gap === undefined ? [] : [gap]),
    );
  });

  test("a file in which something else stands is named", async () => {
    using root = temporaryFolder("board");
    writeBoard(root.path, beagleboneBlack);
    const zone = join(root.path, "sys/class/thermal/thermal_zone0/temp");
    mkdirSync(dirname(zone), { recursive: true });
    writeFileSync(zone, "warm\n");
    mkdirSync(join(root.path, "sys/block/mmcblk1/device/life_time"));
    expect((await report(beagleboneBlack, root.path)).gaps).toEqual([
      "boot.reason: nothing tells",
      "sys/block/mmcblk1/device/life_time: cannot be read",
      "sys/class/thermal/thermal_zone0/temp: not a number",
      "temperature: no sensor",
    ]);
  });
});
