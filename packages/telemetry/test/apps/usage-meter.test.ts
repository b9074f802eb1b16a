import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { procFolder } from "@gateway-engine/platform/proc-folder";
import { describe, expect, onTestFinished, test } from "vitest";
import { cpuPercent, UsageMeter } from "../../src/apps/usage-meter.ts";
import { fakeRoot } from "../helpers.ts";

interface FakeProcess {
  readonly parent: number;
  readonly cpuTicks: number;
  readonly startTicks: number;
}

function stat(pid: number, { parent, cpuTicks, startTicks }: FakeProcess): string {
  return `${pid} (app) S ${parent} ${pid} ${pid} 0 -1 0 0 0 0 0 ${cpuTicks} 0 0 0 20 0 1 0 ${startTicks} 0 0\n`;
}

describe("the meter", () => {
  const machine = () =>
    fakeRoot({
      "proc/uptime": "1000.00 1800.00\n",
      "proc/10/stat": stat(10, { parent: 1, cpuTicks: 500, startTicks: 90_000 }),
      "proc/10/smaps_rollup": "5500-7ffd [rollup]\nRss:   9000 kB\nPss:      40 kB\nPss_Anon: 30 kB\n",
      "proc/11/stat": stat(11, { parent: 10, cpuTicks: 1500, startTicks: 91_000 }),
      "proc/11/status": "Name:\tapp\nVmHWM:\t  90 kB\nVmRSS:\t  60 kB\n",
      "proc/99/stat": stat(99, { parent: 1, cpuTicks: 7777, startTicks: 1 }),
      "proc/99/status": "VmRSS:\t  7777 kB\n",
    });

  test("adds up a program and what it has started; shared memory in shares where the kernel tells", () => {
    const meter = new UsageMeter(procFolder(machine()));
    // 20 s of processor time in the 100 s since its start; 40 and 60 KiB.
    expect(meter.measure([10, 55])).toEqual(new Map([[10, { cpuSeconds: 20, cpuPercent: 20, memory: 102_400 }]]));
  });

  test("measures from the last mark on, whoever has asked in between", () => {
    const root = machine();
    const meter = new UsageMeter(procFolder(root));
    meter.measureAndMark([10]);
    const later = (uptime: string, cpuTicks: number) => {
      writeFileSync(join(root, "proc/uptime"), `${uptime} 0\n`);
      writeFileSync(join(root, "proc/10/stat"), stat(10, { parent: 1, cpuTicks, startTicks: 90_000 }));
      return meter.measure([10]).get(10)?.cpuPercent;
    };
    expect(later("1000.00", 500)).toBeUndefined();
    expect(later("1010.00", 600)).toBe(10);
    expect(later("1020.00", 600)).toBe(5);
  });

  test("leaves out what has ended, and knows no share where the machine does not tell the time", () => {
    const root = machine();
    rmSync(join(root, "proc/uptime"));
    rmSync(join(root, "proc/11"), { recursive: true });
    const meter = new UsageMeter(procFolder(root));
    expect(meter.measure([10, 11]).get(10)).toEqual({ cpuSeconds: 5, cpuPercent: undefined, memory: 40_960 });
    expect(meter.measure([11]).size).toBe(0);
    expect(new UsageMeter(procFolder(fakeRoot({}))).measure([10]).size).toBe(0);
  });

  test("sees the processor time and the memory of a real program that is busy in a process of its own", async () => {
    const busy = "const held = Buffer.alloc(50e6, 1); const end = Date.now() + 300; while (Date.now() < end);";
    const idle = "process.stdin.resume(); console.log(held.length)";
    const command = `'${process.execPath}' -e '${busy} ${idle}'; true`;
    const program = spawn("/bin/sh", ["-c", command], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(async () => {
      program.stdin.end();
      if (program.exitCode === null) await once(program, "exit");
    });
    const { pid = 0 } = program;
    const meter = new UsageMeter(procFolder());
    await once(program.stdout, "data");
    const usage = meter.measure([pid]).get(pid);
    expect(usage?.cpuSeconds).toBeGreaterThan(0.05);
    expect(usage?.memory).toBeGreaterThan(50e6);
    expect(usage?.cpuPercent).toBeGreaterThan(0);
  });
});

describe("the share of a processor", () => {
  const now = { startTicks: 50_000, cpuTicks: 3000, at: 600 };
  test.each([
    ["since the start, when there is no mark", undefined, 30],
    ["since the mark", { startTicks: 50_000, cpuTicks: 2000, at: 580 }, 50],
    ["since the start, when the mark is of another life", { startTicks: 40_000, cpuTicks: 9000, at: 580 }, 30],
    ["of nothing, when processes with all their time have gone", { startTicks: 50_000, cpuTicks: 9000, at: 580 }, 0],
    ["unknown, when no time has passed", { startTicks: 50_000, cpuTicks: 3000, at: 600 }, undefined],
    ["more than all of one, on several", { startTicks: 50_000, cpuTicks: 0, at: 580 }, 150],
  ])("is %s", (_what, mark, expected) => {
    expect(cpuPercent(now, mark)).toBe(expected);
  });
});
