import { childrenOf, isAlive } from "./process-facts.ts";
import { until } from "./until.ts";

/** Ends a daemon and its children, whatever they are doing. It is held first, so that it starts none of them again. */
export async function endFamily(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, "SIGSTOP");
  const children = childrenOf(pid);
  process.kill(pid, "SIGKILL");
  await until(`process ${pid} ended`, () => !isAlive(pid));
  for (const child of children) killIfAlive(child);
}

/** Between the look and the signal it may end by itself. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
