/**
 * Preloaded with `node --import`: writes down how long the event loop of the program's main thread has stood still.
 * LOOP_WATCH_FILE gets the longest time since the last look, in milliseconds; a look is asked for by removing the file.
 */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const LOOK_MS = 50;
/** How often the loop is to come by; what it comes later is delay. */
const RESOLUTION_MS = 1;

const file = process.env["LOOP_WATCH_FILE"];
if (isMainThread && file !== undefined) watch(file);

function watch(path: string): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  setInterval(() => {
    if (existsSync(path)) return;
    writeFileSync(`${path}.new`, String(delay.max / 1e6));
    renameSync(`${path}.new`, path);
    delay.reset();
  }, LOOK_MS).unref();
}
