import { parseIni } from "@gateway-engine/core/ini";
import fc from "fast-check";
import { expect, test } from "vitest";
import { programSection } from "../src/supervisor-section.ts";

function textOf(conf: string, app = "coffee", logDir = "/var/log"): string {
  const section = programSection(app, conf, logDir);
  return section.ok ? section.value.text : `problem: ${section.problem}`;
}

test("the package's options come first and in their order, the missing defaults after them", () => {
  expect(textOf("[supervisord]\nautorestart = true\ncommand = python -u /usr/local/bin/report_coffee.py\n")).toBe(
    [
      "[program:coffee]",
      "autorestart = true",
      "command = python -u /usr/local/bin/report_coffee.py",
      "stdout_logfile = /var/log/coffee.log",
      "redirect_stderr = true",
      "stdout_logfile_maxbytes = 200KB",
      "stdout_logfile_backups = 1",
      "",
      "",
    ].join("\n"),
  );
});

test("the package's own values win over every default", () => {
  const own = [
    "command = /bin/app",
    "stdout_logfile = NONE",
    "redirect_stderr = false",
    "stdout_logfile_maxbytes = 1MB",
    "stdout_logfile_backups = 9",
  ];
  expect(textOf(`[supervisord]\n${own.join("\n")}\n`)).toBe(`[program:coffee]\n${own.join("\n")}\n\n`);
});

test("the program runs as the package's user, unless its own file says otherwise", () => {
  const userOf = (conf: string) => {
    const section = programSection("app", conf, "/var/log", "nobody");
    return section.ok ? /^user = (.*)$/m.exec(section.value.text)?.[1] : undefined;
  };
  expect(userOf("[supervisord]\ncommand = a\n")).toBe("nobody");
  expect(userOf("[supervisord]\ncommand = a\nuser = daemon\n")).toBe("daemon");
});

test("without a command the original's placeholder stands in", () => {
  const section = programSection("app", "[supervisord]\n", "/gateway/var/log");
  expect(section).toMatchObject({ ok: true, value: { hasCommand: false } });
  expect(textOf("[supervisord]\n", "app", "/gateway/var/log")).toContain(
    "command = command\nstdout_logfile = /gateway/var/log/app.log\n",
  );
});

test("of an option given twice the last counts", () => {
  expect(textOf("[supervisord]\ncommand=a\nenvironment=A=1\nenvironment=B=2\n")).toContain("\nenvironment = B=2\n");
});

test("a percent sign and a comment are left for the supervisor to read", () => {
  expect(textOf("[supervisord]\ncommand = run %(here)s 100% ; as it was\n")).toContain(
    "\ncommand = run %(here)s 100% ; as it was\n",
  );
});

test("a value of several lines keeps them", () => {
  const text = textOf("[supervisord]\ncommand = a\nenvironment =\n  A=1,\n  B=2\n");
  expect(parseIni(text)).toMatchObject({ ok: true });
  expect(text).toContain("environment = \n\tA=1,\n\tB=2\n");
});

test.each([
  ["[program:app]\ncommand = x\n", "it has no section [supervisord]"],
  ["command = x\n", 'line 1: "command = x" stands before the first [section]'],
  ["[supervisord]\nwhat\n", 'line 2: "what" is neither a [section] nor key = value'],
  ["", "it has no section [supervisord]"],
  [
    "[supervisord]\ncommand=x\n\n[program:evil]\ncommand=y\n",
    "line 4: [program:evil] is not allowed, the only section is [supervisord]",
  ],
])("%j: %s", (conf, problem) => {
  expect(textOf(conf)).toBe(`problem: ${problem}`);
});

test("whatever the package says, exactly one program section comes out", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.stringMatching(/^[a-z_]{1,8} ?[=:] ?[^\n]{0,12}$/),
    fc.constantFrom("[supervisord]", "[program:evil]", "  [program:evil]", "x = ", "\t[program:evil]"),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const section = programSection("app", ["[supervisord]", ...lines].join("\n"), "/var/log");
      if (!section.ok) return;
      const read = parseIni(section.value.text);
      expect(read.ok && [...read.value.keys()]).toEqual(["program:app"]);
    }),
  );
});
