/** What a running queue says of itself, and waiting for it to be empty. */
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

export interface QueueStatus {
  readonly queued: number;
  readonly forwarded: number;
}

export function statusOf(port: number): Promise<QueueStatus> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: "/status" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as QueueStatus);
        else reject(new Error(`/status was answered ${response.statusCode}: ${text}`));
      });
    });
    sent.once("error", reject);
    sent.end();
  });
}

const LOOK_MS = 100;

/**
 * Waits until the queue is empty.
 *
 * @returns messages per second, from the first that the server had to the last
 * @throws Error when nothing moves for a minute
 */
export async function drain(port: number, progress: (status: QueueStatus) => void): Promise<number> {
  const start = await firstForwarded(port);
  let last = start;
  for (;;) {
    const seen = { ...(await statusOf(port)), at: performance.now() };
    if (seen.forwarded !== last.forwarded) last = seen;
    else if (seen.at - last.at > STUCK_MS) throw new Error(`the queue is stuck at ${seen.queued} messages`);
    progress(seen);
    if (seen.queued === 0) return (1000 * (seen.forwarded - start.forwarded)) / (seen.at - start.at);
    await wait(LOOK_MS);
  }
}

const STUCK_MS = 60_000;

async function firstForwarded(port: number): Promise<QueueStatus & { readonly at: number }> {
  const before = await statusOf(port);
  const start = performance.now();
  for (;;) {
    const seen = { ...(await statusOf(port)), at: performance.now() };
    if (seen.forwarded > before.forwarded || seen.queued === 0) return seen;
    if (seen.at - start > STUCK_MS) throw new Error(`none of ${seen.queued} messages is forwarded`);
    await wait(LOOK_MS);
  }
}
