/** idle-main [--thread]: what Node costs that does nothing; with --thread, with a second thread that does nothing either. */
import { isMainThread, Worker } from "node:worker_threads";

if (isMainThread && process.argv[2] === "--thread") new Worker(new URL(import.meta.url)).once("online", ready);
else if (isMainThread) ready();
setInterval(() => {}, 1_000_000);

function ready(): void {
  process.stdout.write("ready\n");
}
