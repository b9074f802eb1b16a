import type { QueueTrafficAnswer, RequestTraffic } from "@gateway-engine/protocol/local-control";

/** What the requests of one device for one purpose have cost between two readings of the queue's counters. */
export interface QueueSpending extends RequestTraffic {
  readonly device: string;
}

/** @param before an earlier reading, perhaps of another life of the queue, which has begun to count from 0 since */
export function spentSince(before: QueueTrafficAnswer | undefined, now: QueueTrafficAnswer): readonly QueueSpending[] {
  const old = new Map<string, QueueSpending>();
  if (before?.life === now.life) for (const spending of spendings(before)) old.set(keyOf(spending), spending);
  return spendings(now)
    .map((spending) => difference(spending, old.get(keyOf(spending))))
    .filter(({ requests }) => requests > 0);
}

function spendings({ devices }: QueueTrafficAnswer): readonly QueueSpending[] {
  return devices.flatMap(({ device, requests }) => requests.map((traffic) => ({ device, ...traffic })));
}

function keyOf({ device, purpose }: QueueSpending): string {
  return `${purpose} ${device}`;
}

function difference(now: QueueSpending, before: QueueSpending | undefined): QueueSpending {
  if (before === undefined) return now;
  return {
    ...now,
    requests: now.requests - before.requests,
    sent: now.sent - before.sent,
    received: now.received - before.received,
  };
}
