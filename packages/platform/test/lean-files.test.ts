/// <reference lib="esnext.disposable" />
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { nodeFiles } from "../src/files.ts";
import { leanFiles } from "../src/lean-files.ts";

function folder(): string {
  const made = temporaryFolder("lean");
  onTestFinished(() => made.remove());
  return made.path;
}

test("what is read and written is the same", async () => {
  const home = folder();
  const files = leanFiles(nodeFiles);
  const content = Buffer.alloc(9_000_000, "content");
  writeFileSync(join(home, "a"), content);
  await files.writeUnsynced(join(home, "b"), files.stream(join(home, "a")), 0o600);
  const appended = await files.openForAppend(join(home, "c"), 0);
  for await (const chunk of files.stream(join(home, "b"), { first: 1_000_000, last: 8_999_999 })) {
    await appended.append(chunk);
  }
  await appended.close();
  expect((await nodeFiles.readBytes(join(home, "c")))?.length).toBe(8_000_000);
  expect(content.subarray(1_000_000).equals((await nodeFiles.readBytes(join(home, "c"))) ?? Buffer.alloc(0))).toBe(
    true,
  );
});

const PROGRAM = `
import { readFileSync } from "node:fs";
import { leanFiles } from "@gateway-engine/platform/lean-files";
import { nodeFiles } from "@gateway-engine/platform/files";
const files = process.argv[2] === "lean" ? leanFiles(nodeFiles) : nodeFiles;
// What getrusage() says of a process counts its parent in.
const highest = () => Number(/^VmHWM:\\s+(\\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
const before = highest();
for await (const chunk of files.stream(process.argv[1]));
console.log(highest() - before);
`;

test("a large file passes through in less memory", () => {
  const file = join(folder(), "large");
  writeFileSync(file, Buffer.alloc(60_000_000, 1));
  const grownBy = (how: string) =>
    Number(
      execFileSync(
        process.execPath,
        ["--expose-gc", "--max-semi-space-size=4", "--input-type=module", "-e", PROGRAM, file, how],
        { cwd: import.meta.dirname, encoding: "utf8" },
      ),
    );
  expect(grownBy("lean")).toBeLessThan(grownBy("plain") / 1.5);
});
