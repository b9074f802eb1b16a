import { describe, expect, test } from "vitest";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import { planAdoption } from "../../src/process/adoption-plan.ts";
import type { StopWish } from "../../src/process/child-records.ts";

const config: ProcessConfig = { ...PROCESS_DEFAULTS, name: "web", group: "web", program: "web", command: "web" };

interface Row {
  readonly what: string;
  readonly orphans?: "adopt" | "stop";
  readonly stopping?: StopWish;
  readonly changed?: true;
  readonly autostart?: false;
  readonly becomes: "kept" | "stopped" | "stopped and started";
}

const rows: readonly Row[] = [
  { what: "one that ran", becomes: "kept" },
  { what: "one that ran, and is not started by itself", autostart: false, becomes: "kept" },
  { what: "one that ran, under orphans=stop", orphans: "stop", becomes: "stopped and started" },
  {
    what: "one that ran and is not started by itself, under orphans=stop",
    orphans: "stop",
    autostart: false,
    becomes: "stopped",
  },
  { what: "one whose configuration has changed", changed: true, becomes: "stopped and started" },
  {
    what: "one whose configuration has changed, though it is not started by itself",
    changed: true,
    autostart: false,
    becomes: "stopped and started",
  },
  { what: "one that had been told to stop", stopping: "stay-stopped", becomes: "stopped" },
  {
    what: "one that had been told to stop, under orphans=stop",
    stopping: "stay-stopped",
    orphans: "stop",
    becomes: "stopped",
  },
  {
    what: "one that an update was replacing",
    stopping: "stay-stopped",
    changed: true,
    becomes: "stopped and started",
  },
  {
    what: "one that was being restarted, though it is not started by itself",
    stopping: "start-again",
    autostart: false,
    becomes: "stopped and started",
  },
  { what: "one whose daemon was ending", stopping: "autostart", becomes: "stopped and started" },
  {
    what: "one whose daemon was ending, and that is not started by itself",
    stopping: "autostart",
    autostart: false,
    becomes: "stopped",
  },
];

describe("a child that a killed daemon left behind", () => {
  test.each(rows)("$what is $becomes", ({ orphans = "adopt", stopping, changed, autostart = true, becomes }) => {
    const now = { ...config, autostart };
    const rules = { orphans, wantsStart: autostart };
    const then = changed === true ? { ...now, command: "other" } : now;
    const plan = planAdoption({ config: then, ...(stopping === undefined ? {} : { stopping }) }, now, rules);
    const outcome = plan.kind === "keep" ? "kept" : plan.thenStart ? "stopped and started" : "stopped";
    expect(outcome).toBe(becomes);
  });
});
