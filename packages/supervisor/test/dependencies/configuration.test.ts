import { expect, test } from "vitest";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { memorySource } from "../config/memory-source.ts";

const PROGRAMS =
  "[supervisord]\n[program:a]\ncommand=cat\n[program:b]\ncommand=cat\n[gateway-engine:b]\ndepends_on=a\n";

test.each([
  {
    what: "a name of nothing",
    text: "depends_on=c",
    message: /no program, group or process 'c'.*line 9, option depends_on/,
  },
  { what: "a program that waits for itself", text: "depends_on=a", message: /a would wait for itself: a -> a/ },
  {
    what: "a circle",
    text: "depends_on=b",
    message: /a would wait for itself: a -> b -> a.*line 9, option depends_on/,
  },
  {
    what: "two ways to check",
    text: "ready_tcp=1\nready_http=http://h/",
    message: /ready_tcp is set already.*option ready_http/,
  },
  {
    what: "how to check without a check",
    text: "health_retries=2",
    message: /needs one of health_command, health_tcp/,
  },
  { what: "a schedule that never comes", text: "schedule=0 0 31 2 *", message: /no such date.*option schedule/ },
])("$what is refused, with its place", ({ text, message }) => {
  const parsed = parseSupervisordConfig(memorySource(`${PROGRAMS}[gateway-engine:a]\n${text}\n`));
  expect(parsed.ok ? "accepted" : parsed.problem.message).toMatch(message);
});

test("a scheduled program is neither started nor started again by itself, unless its section says so", () => {
  const parsed = parseSupervisordConfig(
    memorySource("[supervisord]\n[program:a]\ncommand=cat\nautostart=true\n[gateway-engine:a]\nschedule=@daily\n"),
  );
  expect(parsed.ok && parsed.value.groups[0]?.processes[0]).toMatchObject({
    autostart: true,
    autorestart: "never",
    startsecs: 0,
  });
});
