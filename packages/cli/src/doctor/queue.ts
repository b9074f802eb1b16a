import { describeError } from "@gateway-engine/core/errors";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { formatDuration } from "../figures.ts";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";

export const checkQueue: Check = async ({ neighbours, signal, now }) => {
  try {
    return judgeQueue(await neighbours.queue(signal), now());
  } catch (error) {
    const mend = "applications cannot hand in data: supervisorctl start gmq; gwe logs gmq";
    return [fail(describeError(error), mend)];
  }
};

const OLD_MS = 3_600_000;

export function judgeQueue(queue: QueueStatusAnswer, now: number): readonly Verdict[] {
  const { version, queued, oldestAt, upstreams, setAside, dropped, refused } = queue;
  const age = oldestAt === null ? 0 : now - oldestAt;
  const waits = `${queued} messages wait${age < 1000 ? "" : `, the oldest for ${formatDuration(Math.round(age / 1000))}`}`;
  const text = `gmq ${version} runs, ${waits}`;
  const verdicts: Verdict[] = [
    age > OLD_MS
      ? warn(text, "they are kept until the server takes them; gmq status tells what they wait for")
      : ok(text),
  ];
  for (const { name, problem } of upstreams) {
    if (problem !== null)
      verdicts.push(warn(`data waits for upstream ${name}: ${problem}`, "mend the way to that server"));
  }
  if (refused > 0) {
    verdicts.push(
      fail(
        `${refused} messages were not accepted: the queue is full`,
        "mend the way to the server, or raise [db] in gmq.cfg",
      ),
    );
  }
  if (dropped > 0) {
    verdicts.push(
      warn(`${dropped} messages were lost since the queue was full`, "raise [db] in gmq.cfg if that may happen again"),
    );
  }
  if (setAside > 0) {
    verdicts.push(
      warn(`the server refused ${setAside} messages, which are set aside`, "gmq peek --set-aside shows them"),
    );
  }
  return verdicts;
}
