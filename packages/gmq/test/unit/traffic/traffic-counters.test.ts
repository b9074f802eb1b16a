import { describe, expect, test } from "vitest";
import type { QueueDevice } from "../../../src/spool/message.ts";
import { MAX_COUNTED_DEVICES, TrafficCounters } from "../../../src/traffic/traffic-counters.ts";

const CIK = "a".repeat(40);
const random = { bytes: (count: number) => new Uint8Array(count).fill(0xab), fraction: () => 0 };

function deviceOf(id: number): QueueDevice {
  const identity = { vendor: "acme", model: "pump", serial: String(id) };
  const device = { id, identity, isGateway: false, cik: CIK, cikRefused: false };
  if (id === 1) return { ...device, identity: undefined, isGateway: true };
  return id === 2 ? { ...device, identity: undefined } : device;
}

function makeCounters(): TrafficCounters {
  return new TrafficCounters({ device: (id) => (id > 0 ? deviceOf(id) : undefined) }, random);
}

describe("the traffic of the queue", () => {
  test("is nothing at first", () => {
    expect(makeCounters().report()).toEqual({ life: "abababababababab", devices: [] });
  });

  test("is added up by device and purpose", () => {
    const counters = makeCounters();
    counters.accepted(7, 10);
    counters.accepted(7, 5);
    counters.requested(7, { purpose: "activate", requests: 1, sent: 300, received: 200 });
    counters.requested(7, { purpose: "forward", requests: 1, sent: 400, received: 100 });
    counters.requested(7, { purpose: "forward", requests: 1, sent: 40, received: 10 });
    expect(counters.report().devices).toEqual([
      {
        device: "acme pump 7",
        accepted: { messages: 2, bytes: 15 },
        requests: [
          { purpose: "activate", requests: 1, sent: 300, received: 200 },
          { purpose: "forward", requests: 2, sent: 440, received: 110 },
        ],
      },
    ]);
  });

  test("names the gateway itself, and shows no CIK", () => {
    const counters = makeCounters();
    counters.accepted(1, 1);
    counters.accepted(2, 1);
    expect(counters.report().devices.map(({ device }) => device)).toEqual(["gateway", "CIK-only device 2"]);
    expect(JSON.stringify(counters.report())).not.toContain(CIK);
  });

  test("of more devices than are counted apart is counted together", () => {
    const counters = makeCounters();
    for (let id = 1; id <= MAX_COUNTED_DEVICES + 50; id += 1) counters.accepted(id, 2);
    counters.accepted(MAX_COUNTED_DEVICES, 2);
    const { devices } = counters.report();
    expect(devices).toHaveLength(MAX_COUNTED_DEVICES + 1);
    expect(devices.at(-2)?.accepted).toEqual({ messages: 2, bytes: 4 });
    expect(devices.at(-1)).toMatchObject({ device: "other", accepted: { messages: 50, bytes: 100 } });
  });
});
