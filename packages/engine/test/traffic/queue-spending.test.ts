import type { QueueTrafficAnswer, RequestTraffic } from "@gateway-engine/protocol/local-control";
import { describe, expect, test } from "vitest";
import { spentSince } from "../../src/traffic/queue-spending.ts";

const forward = (requests: number, sent: number, received: number): RequestTraffic => ({
  purpose: "forward",
  requests,
  sent,
  received,
});

function reading(life: string, devices: Readonly<Record<string, readonly RequestTraffic[]>>): QueueTrafficAnswer {
  const accepted = { messages: 1, bytes: 1 };
  return { life, devices: Object.entries(devices).map(([device, requests]) => ({ device, accepted, requests })) };
}

describe("what the queue has spent between two readings", () => {
  const first = reading("a", { pump: [forward(2, 200, 100)] });

  const rows = [
    { of: "a first reading is all of it", before: undefined, now: first, spent: [["pump", "forward", 2, 200, 100]] },
    { of: "the same counters is nothing", before: first, now: first, spent: [] },
    {
      of: "larger counters is the difference",
      before: first,
      now: reading("a", { pump: [forward(5, 450, 160)] }),
      spent: [["pump", "forward", 3, 250, 60]],
    },
    {
      of: "another life is all of the new one, also where it has counted less",
      before: first,
      now: reading("b", { pump: [forward(1, 90, 40)] }),
      spent: [["pump", "forward", 1, 90, 40]],
    },
    {
      of: "a device and a purpose that are new is all of theirs",
      before: first,
      now: reading("a", {
        pump: [forward(2, 200, 100), { purpose: "activate", requests: 1, sent: 30, received: 20 }],
        fan: [forward(1, 10, 5)],
      }),
      spent: [
        ["pump", "activate", 1, 30, 20],
        ["fan", "forward", 1, 10, 5],
      ],
    },
  ];

  test.each(rows)("of $of", ({ before, now, spent }) => {
    const found = spentSince(before, now).map(({ device, purpose, requests, sent, received }) => {
      return [device, purpose, requests, sent, received];
    });
    expect(found).toEqual(spent);
  });
});
