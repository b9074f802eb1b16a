/** Programs that a supervisord which is not root may start, and may not signal. */
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import type { Daemon } from "./daemon.ts";

/** Whoever executes the file becomes root for good. */
export function writeRootMaker(daemon: Daemon): void {
  copyFileSync("/usr/bin/setpriv", daemon.file("as-root"));
  chmodSync(daemon.file("as-root"), 0o4755);
}

export function outOfReach(name: string): string {
  return `[program:${name}]\ncommand=$HERE/as-root --reuid 0 sleep infinity\nstartsecs=0\nautorestart=false\n`;
}

/** The pid of the program, once it is root. */
export async function rootOf(daemon: Daemon, name: string): Promise<number> {
  const { pid } = await daemon.until(name, "RUNNING");
  await daemon.eventually(`${name} to be root`, () => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("sleep"));
  return pid;
}
