import { type ChildProcess, spawn } from "node:child_process";

/** Waits for the end of its input, which comes when the process of the tests is gone. */
const GUARD = `
read -r _
kill -TERM "$1"
for second in 1 2 3 4 5; do sleep 1; kill -0 "$1" || exit; done
kill -KILL "$1"`;

/**
 * Sees to it that a child does not outlive the process of the tests, however that one ends: a test that ran out of time,
 * Ctrl-C, `kill -9`. The child gets SIGTERM, so that a supervisor can end its own programs, and SIGKILL after 5 seconds.
 */
export function endWithTests(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const guard = spawn("/bin/sh", ["-c", GUARD, "guard", String(child.pid)], {
    // A group of its own: Ctrl-C in the terminal must not end the guard first.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Killed while it waits, it closes the pipe at its end.
  guard.stdin.on("error", () => {});
  guard.unref();
  child.once("exit", () => guard.kill("SIGKILL"));
}
