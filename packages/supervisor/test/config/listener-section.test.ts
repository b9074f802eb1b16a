import { describe, expect, test } from "vitest";
import type { GroupConfig } from "../../src/config/model.ts";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { compareGroups } from "../../src/groups/compare.ts";
import { memorySource } from "./memory-source.ts";

function groups(text: string): readonly GroupConfig[] {
  const parsed = parseSupervisordConfig(memorySource(`[supervisord]\n${text}`));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value.groups;
}

function pool(options: string): GroupConfig {
  const [group] = groups(`[eventlistener:l]\ncommand=cat\n${options}`);
  if (group === undefined) throw new Error("no group");
  return group;
}

function problem(text: string): string {
  const parsed = parseSupervisordConfig(memorySource(`[supervisord]\n${text}`));
  return parsed.ok ? "no problem" : parsed.problem.message;
}

describe("[eventlistener:x]", () => {
  test("is a group of its own, started before all programs, with a buffer of ten", () => {
    const { name, priority, role, processes } = pool("events=PROCESS_STATE");
    expect({ name, priority, role }).toEqual({
      name: "l",
      priority: -1,
      role: { kind: "listeners", events: ["PROCESS_STATE"], bufferSize: 10 },
    });
    expect(processes.map((process) => `${process.group}:${process.name} ${process.priority}`)).toEqual(["l:l 999"]);
  });

  test("takes events in any case and order, each once", () => {
    const { role } = pool("events= tick_5 ,PROCESS_STATE,TICK_5\nbuffer_size=3");
    expect(role).toEqual({ kind: "listeners", events: ["PROCESS_STATE", "TICK_5"], bufferSize: 3 });
  });

  test("has the options of a program, and as many processes as numprocs says", () => {
    const { priority, processes } = pool(
      "events=EVENT\nnumprocs=2\nprocess_name=%(group_name)s_%(process_num)d\nstartsecs=3\npriority=7",
    );
    expect(priority).toBe(7);
    expect(processes.map((process) => `${process.name} ${process.startsecs} ${process.priority}`)).toEqual([
      "l_0 3 7",
      "l_1 3 7",
    ]);
  });

  test("takes the original's own result handler", () => {
    expect(pool("events=EVENT\nresult_handler=supervisor.dispatchers:default_handler").role.kind).toBe("listeners");
  });

  test("may have options of our own", () => {
    const [group] = groups("[eventlistener:l]\ncommand=cat\nevents=EVENT\n[gateway-engine:l]\nlog_format=stamped");
    expect(group?.processes[0]?.extras.logFormat).toBe("stamped");
  });

  const place = "in section 'eventlistener:l' (file: '/demo/supervisord.conf', line";
  test.each([
    { options: "", message: `[eventlistener:l] section requires an "events" line ${place} 2, option events)` },
    { options: "events=", message: `[eventlistener:l] section requires an "events" line ${place} 4, option events)` },
    {
      options: "events=PROCESS_STATE,bogus",
      message: `Unknown event type BOGUS in [eventlistener:l] events ${place} 4, option events)`,
    },
    {
      options: "events=EVENT\nbuffer_size=0",
      message: `[eventlistener:l] section sets invalid buffer_size (0) ${place} 5, option buffer_size)`,
    },
    {
      options: "events=EVENT\nresult_handler=my.module:handler",
      message: `my.module:handler cannot be resolved within [eventlistener:l]: only supervisor.dispatchers:default_handler is known here, because others are Python code ${place} 5, option result_handler)`,
    },
    {
      options: "events=EVENT\nredirect_stderr=true",
      message: `[eventlistener:l] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol ${place} 5, option redirect_stderr)`,
    },
  ])("$options is refused in the original's words", ({ options, message }) => {
    expect(problem(`[eventlistener:l]\ncommand=cat\n${options}`)).toBe(message);
  });

  test("needs a command, like a program", () => {
    expect(problem("[eventlistener:l]\nevents=EVENT")).toContain(
      "program section eventlistener:l does not specify a command",
    );
  });

  test("cannot be in a group", () => {
    const text = "[eventlistener:l]\ncommand=cat\nevents=EVENT\n[group:g]\nprograms=l";
    expect(problem(text)).toContain("[group:g] names unknown program or fcgi-program l");
  });
});

test.each([
  { what: "other events", options: "events=TICK_60", changed: ["l"] },
  { what: "another buffer", options: "events=TICK_5,EVENT\nbuffer_size=11", changed: ["l"] },
  { what: "the same events in another order", options: "events=EVENT,TICK_5", changed: [] },
])("reread finds $what to be changed: $changed", ({ options, changed }) => {
  expect(compareGroups([pool(options)], [pool("events=TICK_5,EVENT")])).toEqual({ added: [], changed, removed: [] });
});
