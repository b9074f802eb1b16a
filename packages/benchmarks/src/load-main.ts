/** load-main LOAD: the load generator of the gmq area. LOAD is a `Load` as JSON; the result goes to the parent process. */
import { setTimeout as wait } from "node:timers/promises";
import type { Load, LoadResult } from "./gmq/load/load.ts";
import { LoadConnection } from "./gmq/load/load-connection.ts";
import type { Protocol } from "./gmq/load/protocol.ts";
import { MESSAGE, PROTOCOLS } from "./gmq/load/protocols.ts";
import { median, percentile } from "./statistics.ts";

const load = JSON.parse(process.argv[2] ?? "") as Load;
process.send?.(await run(load), () => process.exit(0));

async function run({ protocol: name, port, devices = 1, connections, warmUpMs, measureMs }: Load): Promise<LoadResult> {
  const protocol: Protocol = PROTOCOLS[name];
  const opened: LoadConnection[] = [];
  for (let index = 0; index < connections; index += 1) {
    opened.push(
      await LoadConnection.open(port, protocol, {
        index,
        device: index % devices,
        message: MESSAGE,
        failed: fail,
      }),
    );
  }
  const tookMs: number[] = [];
  let accepted = 0;
  let isMeasured = false;
  const acknowledged = (took: number) => {
    accepted += 1;
    if (isMeasured) tookMs.push(took);
  };
  for (const connection of opened) {
    connection.run(acknowledged, (answer) => fail(new Error(`a message was refused: ${answer}`)));
  }
  await wait(warmUpMs);
  isMeasured = true;
  const start = performance.now();
  await wait(measureMs);
  isMeasured = false;
  const elapsedMs = performance.now() - start;
  return {
    accepted,
    perSecond: (1000 * tookMs.length) / elapsedMs,
    medianMs: median(tookMs),
    p99Ms: percentile(tookMs, 99),
    longestMs: percentile(tookMs, 100),
  };
}

function fail(error: Error): never {
  process.stderr.write(`load: ${error.message}\n`);
  process.exit(1);
}
