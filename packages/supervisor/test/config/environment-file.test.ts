import { describe, expect, test } from "vitest";
import { parseEnvironmentFile } from "../../src/config/environment-file.ts";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { memorySource } from "./memory-source.ts";

const PROGRAM = "[supervisord]\n[program:web]\ncommand=web --port %(ENV_PORT)s\nenvironment=OWN=1,BOTH=conf\n";

function parse(text: string, files: Readonly<Record<string, string>>) {
  return parseSupervisordConfig(memorySource(PROGRAM + text, { files }));
}

describe("a file of variables", () => {
  test.each([
    { line: "A=b", value: "b" },
    { line: "  export A = b c  ", value: "b c" },
    { line: "A=", value: "" },
    { line: "A=b#c ; d", value: "b#c ; d" },
    { line: "A=' b $X \\n '", value: " b $X \\n " },
    { line: 'A="b \\"c\\" \\$X\\n\\\\"', value: 'b "c" $X\n\\' },
    { line: "A==b=", value: "=b=" },
    { line: "# comment\n\nA=b\r", value: "b" },
    { line: "A=x\nA=b", value: "b" },
  ])("$line", ({ line, value }) => {
    expect(parseEnvironmentFile(line)).toEqual({ ok: true, value: { A: value } });
  });

  test.each([
    { text: "A=b\nnothing", line: 2, what: "KEY=value is expected, not 'nothing'" },
    { text: "1A=b", line: 1, what: "KEY=value is expected, not '1A=b'" },
    { text: '\nA="b', line: 2, what: "the quote of A is not closed at the end of the line" },
    { text: "A='b' c", line: 1, what: "the quote of A is not closed at the end of the line" },
  ])("$text is refused", ({ text, line, what }) => {
    expect(parseEnvironmentFile(text)).toEqual({ ok: false, problem: { line, what } });
  });
});

describe("environment_file", () => {
  test("gives a program what its files say, under its environment and over that of the daemon", () => {
    const parsed = parse(
      "[gateway-engine]\nenvironment_file=all.env\n[gateway-engine:web]\nenvironment_file=/etc/web.env, -/etc/none.env, -/etc/more.env",
      {
        "/demo/all.env": "ALL=1\nPORT=1",
        "/etc/web.env": "PORT=8080\nBOTH=file\nMORE=no",
        "/etc/more.env": "MORE=yes",
      },
    );
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const [process] = parsed.value.groups[0]?.processes ?? [];
    expect(process?.environment).toEqual({ ALL: "1", PORT: "8080", BOTH: "conf", MORE: "yes", OWN: "1" });
    expect(process?.command).toBe("web --port 8080");
  });

  test.each([
    { files: {}, message: /there is no file '\/etc\/web\.env' in section 'gateway-engine:web' .*line 6/ },
    {
      files: { "/etc/web.env": "A=b\n?" },
      message: /\/etc\/web\.env, line 2: KEY=value is expected, not '\?' in section/,
    },
  ])("says what is wrong and where: $message", ({ files, message }) => {
    const parsed = parse("[gateway-engine:web]\nenvironment_file=/etc/web.env", files);
    expect(parsed.ok ? "" : parsed.problem.message).toMatch(message);
  });
});
