import { describe, expect, test } from "vitest";
import { type GroupConfig, PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import { planUpdate } from "../../src/groups/update-plan.ts";

const process = (name: string, command = "cat"): ProcessConfig => ({
  ...PROCESS_DEFAULTS,
  ...{ name, group: "web", program: "web", command },
});

const group = (...processes: readonly ProcessConfig[]): GroupConfig => ({
  ...{ name: "web", priority: 999, processes, role: { kind: "programs" } },
});

const [w0, w1, w2] = [process("w0"), process("w1"), process("w2")];

describe("an update in place", () => {
  test.each([
    { what: "one more", before: [w0, w1], after: [w0, w1, w2], kept: "w0 w1", stopped: "" },
    { what: "one less", before: [w0, w1, w2], after: [w0, w1], kept: "w0 w1", stopped: "w2" },
    {
      what: "a changed one",
      before: [w0, w1],
      after: [w0, process("w1", "tac")],
      kept: "w0",
      stopped: "w1",
    },
    { what: "only the order", before: [w0, w1], after: [w1, w0], kept: "w1 w0", stopped: "" },
    { what: "all of it", before: [w0], after: [process("w0", "tac"), w1], kept: "", stopped: "w0" },
  ])("of $what keeps what is the same", ({ before, after, kept, stopped }) => {
    const plan = planUpdate(group(...before), group(...after));
    expect(plan?.kept.join(" ")).toBe(kept);
    expect(plan?.stopped.join(" ")).toBe(stopped);
  });

  test("is not for groups whose processes share more than a name", () => {
    const listeners: GroupConfig = {
      ...group(w0),
      role: { kind: "fastcgi", socket: { kind: "tcp", host: "", port: 1, backlog: undefined } } as never,
    };
    expect(planUpdate(listeners, group(w0))).toBeUndefined();
    expect(planUpdate(group(w0), listeners)).toBeUndefined();
  });
});
