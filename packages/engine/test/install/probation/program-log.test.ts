import { ProgramError } from "@gateway-engine/core/errors";
import { expect, test } from "vitest";
import { LOG_BYTES, LOG_LINES, lastLogLines, type ProgramLogs } from "../../../src/install/probation/program-log.ts";

const { signal } = new AbortController();

function logs(output: string | undefined, errors?: string): ProgramLogs {
  const tail = (text: string | undefined) =>
    text === undefined
      ? Promise.reject(new ProgramError("E_SUPERVISOR_FAULT", { method: "tail", fault: "NO_FILE" }))
      : Promise.resolve({ text: text.slice(-LOG_BYTES), offset: text.length, overflow: text.length > LOG_BYTES });
  return { tailProcessStdoutLog: () => tail(output), tailProcessStderrLog: () => tail(errors) };
}

test.each([
  ["one\ntwo\n", undefined, ["one", "two"]],
  ["one\n\ntwo", undefined, ["one", "", "two"]],
  ["out\n", "err\n", ["out", "err"]],
  ["", "", []],
  [undefined, undefined, []],
  ["\u001B[31mred\u001B[0m\u0007\ttab\r\n", undefined, ["red\ttab"]],
])("%j and %j are %j", async (output, errors, lines) => {
  expect(await lastLogLines(logs(output, errors), "app:app", signal)).toEqual(lines);
});

test("of a long log the last lines are kept, whole, and no more than fit into a report", async () => {
  const many = await lastLogLines(logs("x\n".repeat(1000)), "app:app", signal);
  expect(many).toHaveLength(LOG_LINES);
  const long = await lastLogLines(logs(`${"y".repeat(300)}\n`.repeat(200)), "app:app", signal);
  expect(long.every((line) => line === "y".repeat(300))).toBe(true);
  expect(long.join("\n").length).toBeLessThanOrEqual(LOG_BYTES);
});
