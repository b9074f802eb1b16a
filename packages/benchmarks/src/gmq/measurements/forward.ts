/** How fast a queue that has waited is emptied. */
import type { Measurement, Row, Value } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { putLoad } from "../load/load.ts";
import type { QueuePeer } from "../peer.ts";
import { ours, startGmq } from "../peers/ours.ts";
import { multiply, queueFile } from "../queue-file.ts";
import { drain } from "../queue-status.ts";
import { ownFolder, type QueueContext } from "../running-queues.ts";
import type { Upstream } from "../upstream.ts";
import { startFleet } from "../upstreams/fleet.ts";
import { startSink } from "../upstreams/sink.ts";

const ROUNDS = 3;

export const forward: Measurement<QueuePeer> = {
  name: "forward",
  about: "messages forwarded in a second, of one device and of eight, to a server that takes all and to gwe-fleet",
  run,
};

interface Course {
  readonly to: string;
  readonly devices: number;
  readonly messages: number;
  readonly startUpstream: (folder: string, devices: number) => Promise<Upstream>;
}

const COURSES: readonly Course[] = [1, 8].flatMap((devices) => [
  { to: "a server that takes all", devices, messages: 100_000, startUpstream: startSink },
  { to: "gwe-fleet", devices, messages: 20_000, startUpstream: startFleet },
]);

async function run(context: QueueContext): Promise<readonly Row[]> {
  const rounds = context.quick ? 1 : ROUNDS;
  const found = new Map<Course, number[]>(COURSES.map((course) => [course, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [course, rates] of found) {
      context.progress(`round ${round} of ${rounds}, ${course.to}, devices: ${course.devices}`);
      rates.push(await forwardAll(context, course));
    }
  }
  return [...found].map(([{ to, devices }, rates]) => ({
    figure: `forward to ${to}, ${devices === 1 ? "one device" : `${devices} devices`}`,
    unit: "1/s",
    values: new Map<string, Value>([[ours.name, median(rates)]]),
    targets: [],
  }));
}

/** @returns messages per second */
async function forwardAll(context: QueueContext, { devices, messages, startUpstream }: Course): Promise<number> {
  const folder = ownFolder(context, "gmq");
  const filled = await startGmq({ folder });
  await putLoad({ protocol: "http", port: filled.port, devices, connections: devices, warmUpMs: 0, measureMs: 100 });
  await filled.stop();
  multiply(queueFile(folder), messages);
  const upstream = await startUpstream(ownFolder(context, "upstream"), devices);
  try {
    const gmq = await startGmq({ folder, server: upstream.url });
    try {
      return await drain(gmq.port, () => {});
    } finally {
      await gmq.stop();
    }
  } finally {
    await upstream.stop();
  }
}
