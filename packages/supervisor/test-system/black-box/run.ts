import { execFile } from "node:child_process";
import type { EndedProgram } from "@gateway-engine/testkit/launched-program";

/** Runs a program to its end, whatever its exit status. */
export function run(program: string, args: readonly string[], input = ""): Promise<EndedProgram> {
  return new Promise((done) => {
    const child = execFile(program, args, { encoding: "utf8" }, (_error, stdout, stderr) =>
      done({ stdout, stderr, status: child.exitCode }),
    );
    child.stdin?.end(input);
  });
}
