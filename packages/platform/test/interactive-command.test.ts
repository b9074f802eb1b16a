import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

/** A program that lets a shell ask a question, and prints one line of its own. */
const PROGRAM = `
import { nodeCommandRunner } from ${JSON.stringify(join(import.meta.dirname, "../dist/processes.js"))};
const result = await nodeCommandRunner.run({
  file: "/bin/sh",
  args: ["-c", "read answer; echo heard $answer; exit 3"],
  cwd: "/",
  env: process.env,
  timeoutMs: 10_000,
  graceMs: 1000,
  signal: new AbortController().signal,
  interactive: true,
  outputToStderr: true,
});
console.log(result.status);
`;

test("an interactive command has our keyboard, and leaves our standard output to us when told so", () => {
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    encoding: "utf8",
    input: "yes\n",
  });
  expect(run.stdout).toBe("3\n");
  expect(run.stderr).toBe("heard yes\n");
});
