import { describe, expect, test } from "vitest";
import { LIMIT_DEFAULTS, PROGRAM_EXTRA_DEFAULTS, type ResourceLimits } from "../../src/config/extras.ts";
import { controlsOf, ulimitsOf } from "../../src/limits/controls.ts";
import { ProcessLimits } from "../../src/limits/process-limits.ts";
import { MemoryControlGroups } from "./memory-control-groups.ts";

const ROOT = "/cg/service";
const MEMORY: Partial<ResourceLimits> = { memoryMaxBytes: 1024 };

const program = (limits: Partial<ResourceLimits>) => ({
  ...{ group: "web", name: "w1" },
  extras: { ...PROGRAM_EXTRA_DEFAULTS, limits: { ...LIMIT_DEFAULTS, ...limits } },
});

function confine(controlGroups: MemoryControlGroups, limits: Partial<ResourceLimits>, parent?: string) {
  const confined = new ProcessLimits({ controlGroups, parent: () => parent }).confine(program(limits));
  if (!confined.ok) throw new Error(confined.problem);
  return confined.value;
}

describe("what limits mean", () => {
  test.each<[Partial<ResourceLimits>, readonly string[]]>([
    [{}, []],
    [{ memoryMaxBytes: 268_435_456 }, ["memory.max 268435456", "memory.oom.group 1"]],
    [{ cpuMax: 0.5 }, ["cpu.max 50000 100000"]],
    [{ cpuMax: 2.5 }, ["cpu.max 250000 100000"]],
    [{ pidsMax: 20 }, ["pids.max 20"]],
  ])("for the kernel, %j is %j", (limits, expected) => {
    const controls = controlsOf({ ...LIMIT_DEFAULTS, ...limits });
    expect(controls.map(({ file, value }) => `${file} ${value}`)).toEqual(expected);
  });

  test.each<[Partial<ResourceLimits>, readonly string[]]>([
    [{}, []],
    [{ openFiles: 4096 }, ["ulimit -n 4096"]],
    [{ coreBytes: 0 }, ["ulimit -c 0"]],
    [{ coreBytes: 1_048_576 }, ["ulimit -c 2048"]],
  ])("for the shell, %j is %j", (limits, expected) => {
    expect(ulimitsOf({ ...LIMIT_DEFAULTS, ...limits })).toEqual(expected);
  });
});

describe("a program with limits", () => {
  test("gets a group of its own with the limits in it, and enters it before it is executed", () => {
    const groups = new MemoryControlGroups(ROOT, "cpu memory pids\n");
    const { prelude } = confine(groups, { ...MEMORY, pidsMax: 5, openFiles: 64 });
    expect(groups.read(`${ROOT}/cgroup.subtree_control`)).toBe("memory pids");
    expect(groups.read(`${ROOT}/web:w1/memory.max`)).toBe("1024");
    expect(groups.read(`${ROOT}/web:w1/pids.max`)).toBe("5");
    expect(prelude).toBe(`echo $$ > '${ROOT}/web:w1/cgroup.procs' && ulimit -n 64`);
  });

  test("makes the daemon move out of the group that holds the programs'", () => {
    const groups = new MemoryControlGroups(ROOT, "memory", [12, 13]);
    confine(groups, MEMORY);
    expect(groups.read(`${ROOT}/cgroup.procs`)).toBe("");
    expect(groups.read(`${ROOT}/supervisord/cgroup.procs`)).toBe("12\n13\n");
  });

  test("can have its group elsewhere than beside the daemon", () => {
    const groups = new MemoryControlGroups(ROOT, "memory", [12]);
    groups.make("/cg/apps");
    groups.files.set("/cg/apps/cgroup.controllers", "memory");
    confine(groups, MEMORY, "/cg/apps");
    expect(groups.read("/cg/apps/web:w1/memory.max")).toBe("1024");
    expect(groups.read(`${ROOT}/cgroup.procs`)).toBe("12\n");
  });

  test("takes its group with it when it ends", () => {
    const groups = new MemoryControlGroups(ROOT, "memory");
    const exit = { kind: "status", status: 0 } as const;
    expect(confine(groups, MEMORY).ended(exit)).toEqual(exit);
    expect(groups.list(ROOT)).toEqual([]);
  });

  test("that the kernel killed for its memory is told so", () => {
    const groups = new MemoryControlGroups(ROOT, "memory");
    const { ended } = confine(groups, MEMORY);
    groups.files.set(`${ROOT}/web:w1/memory.events`, "low 0\noom 1\noom_kill 1\n");
    const killed = { kind: "signal", signal: "SIGKILL" } as const;
    expect(ended(killed)).toEqual({ ...killed, because: "out of memory, memory_max" });
    expect(confine(groups, MEMORY).ended(killed)).toEqual(killed);
  });

  test("leaves a group in which something lives on, and counts anew in it", () => {
    const groups = new MemoryControlGroups(ROOT, "memory");
    const killed = { kind: "signal", signal: "SIGKILL" } as const;
    groups.make(`${ROOT}/web:w1`);
    groups.files.set(`${ROOT}/web:w1/cgroup.procs`, "77\n");
    groups.files.set(`${ROOT}/web:w1/memory.events`, "oom_kill 3\n");
    expect(confine(groups, MEMORY).ended(killed)).toEqual(killed);
    expect(groups.list(ROOT)).toEqual(["web:w1"]);
  });

  test("finds no leftovers of an earlier daemon", () => {
    const groups = new MemoryControlGroups(ROOT, "memory");
    groups.make(`${ROOT}/old:old`);
    confine(groups, MEMORY);
    expect(groups.list(ROOT)).toEqual(["web:w1"]);
  });

  test("without any that the kernel keeps needs no group", () => {
    const groups = new MemoryControlGroups(undefined, "");
    expect(confine(groups, {}).prelude).toBeUndefined();
    expect(confine(groups, { openFiles: 9 }).prelude).toBe("ulimit -n 9");
  });

  test.each([
    [undefined, "", "memory_max cannot be set: this machine has no cgroup v2 hierarchy"],
    [ROOT, "cpu pids", `memory_max cannot be set: ${ROOT} does not offer the cgroup controller memory`],
  ])("is not started where its limit cannot be set: %s, %s", (root, controllers, problem) => {
    const controlGroups = new MemoryControlGroups(root, controllers);
    const confined = new ProcessLimits({ controlGroups, parent: () => undefined }).confine(program(MEMORY));
    expect(confined).toEqual({ ok: false, problem });
  });
});
