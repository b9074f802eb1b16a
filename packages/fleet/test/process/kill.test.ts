import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { type Answer, ask, Manager, provision, type RunningFleet, startFleet, TestDevice } from "../fleet-process.ts";

const KILLS = 10;

test("no acknowledged point is missing after ten kills at any moment", { timeout: 120_000 }, async () => {
  using folder = temporaryFolder("fleet");
  let fleet: RunningFleet = await startFleet(folder.path);
  const { device } = await provision(fleet);
  const acknowledged = new Set<number>();
  let next = 1;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = new TestDevice(fleet.url, device.cik);
    const killing = killAfter(fleet, acknowledged.size + 3 + kill * 2, acknowledged);
    next = await recordUntilCut(running, next, acknowledged);
    await killing;
    fleet = await startFleet(folder.path);
  }
  await using last = fleet;
  const stored = await allTimes(managerOf(last), "sine");
  const missing = [...acknowledged].filter((second) => !stored.has(second));
  expect(acknowledged.size).toBeGreaterThan(KILLS);
  expect(missing).toEqual([]);
});

test("a batch that is sent again after a kill is stored once", { timeout: 60_000 }, async () => {
  using folder = temporaryFolder("fleet");
  const first = await startFleet(folder.path);
  const { device } = await provision(first);
  const sequence = { "X-Gateway-Engine-Sequence": "spool:1-2" };
  expect((await device.record("alias=sine&100=a&101=b", sequence)).status).toBe(204);
  await first.end("SIGKILL");
  await using second = await startFleet(folder.path);
  const again = new TestDevice(second.url, device.cik);
  const repeated = await again.record("alias=sine&102=a&103=b&104=c", { "X-Gateway-Engine-Sequence": "spool:1-3" });
  expect(repeated.status).toBe(204);
  expect(await allTimes(managerOf(second), "sine")).toEqual(new Set([100, 101, 104]));
});

test("a device whose activation met a kill gets a CIK that works, and then no other does", {
  timeout: 120_000,
}, async () => {
  using folder = temporaryFolder("fleet");
  const first = await startFleet(folder.path);
  await provision(first);
  const identities = Array.from({ length: 5 }, (_none, index) => `d${index}`);
  for (const identity of identities) {
    await managerOf(first).call("POST", "/products/gw/identities", { identity });
  }
  await first.end("SIGKILL");
  for (const identity of identities) {
    const killed = await startFleet(folder.path);
    const activation = activate(killed, identity).catch(() => undefined);
    await Promise.race([activation, activationIsStored(killed, identity)]);
    await Promise.all([killed.end("SIGKILL"), activation]);
  }
  const ciks: string[] = [];
  const second = await startFleet(folder.path);
  for (const identity of identities) {
    const answer = await activate(second, identity);
    expect(answer.status).toBe(200);
    ciks.push(answer.text);
    expect((await new TestDevice(second.url, answer.text).write("sine=1")).status).toBe(204);
  }
  await second.end("SIGKILL");
  await using third = await startFleet(folder.path);
  for (const [index, identity] of identities.entries()) {
    expect((await activate(third, identity)).status).toBe(409);
    expect((await new TestDevice(third.url, ciks[index] ?? "").read("sine")).text).toBe("sine=1");
  }
});

/** Kills the server the moment `count` points are acknowledged, while the next ones are under way. */
async function killAfter(fleet: RunningFleet, count: number, acknowledged: ReadonlySet<number>): Promise<void> {
  while (acknowledged.size < count) await new Promise((resolve) => setImmediate(resolve));
  await fleet.end("SIGKILL");
}

/** Records points one after the other, four at a time, until the line is cut. @returns the number of the next point */
async function recordUntilCut(device: TestDevice, from: number, acknowledged: Set<number>): Promise<number> {
  let next = from;
  const recorder = async () => {
    for (;;) {
      const second = next;
      next += 1;
      const answer = await device.record(`alias=sine&${second}=${second}`).catch(() => undefined);
      if (answer === undefined) return;
      expect(answer.status).toBe(204);
      acknowledged.add(second);
    }
  };
  await Promise.all([recorder(), recorder(), recorder(), recorder()]);
  return next;
}

function activate(fleet: RunningFleet, identity: string): Promise<Answer> {
  return ask(`${fleet.url}/provision/activate`, { method: "POST", body: `vendor=gw&model=gw&sn=${identity}` });
}

/** Resolves when the server says that the identity is activated, or is gone. */
async function activationIsStored(fleet: RunningFleet, identity: string): Promise<void> {
  for (let state = ""; state !== "activated"; ) {
    const answer = await managerOf(fleet)
      .call("GET", `/products/gw/identities/${identity}`)
      .catch(() => ({ json: { state: "activated" } }));
    ({ state } = answer.json as { state: string });
  }
}

function managerOf(fleet: RunningFleet): Manager {
  return new Manager(fleet);
}

async function allTimes(manager: Manager, alias: string): Promise<ReadonlySet<number>> {
  const seconds = new Set<number>();
  for (let after: string | null = "0"; after !== null; ) {
    const path = `/products/gw/identities/00:11/values/${alias}/history?order=asc&limit=1000&after=${after}`;
    const page = (await manager.call("GET", path)).json as { points: { timestamp: number }[]; next: string | null };
    for (const { timestamp } of page.points) seconds.add(timestamp / 1_000_000);
    after = page.next;
  }
  return seconds;
}
