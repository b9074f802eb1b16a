import { describe, expect, test } from "vitest";
import { makePool, makeWorld, type ScriptedListener } from "./scripted-listeners.ts";

function only(processes: readonly ScriptedListener[]): ScriptedListener {
  const [first] = processes;
  if (first === undefined) throw new Error("no listener");
  return first;
}

describe("a pool of event listeners", () => {
  test("tells one event at a time, the oldest first, and the next after OK", () => {
    const { happen, processes } = makePool();
    const listener = only(processes);
    listener.start();
    happen("a");
    happen("b");
    expect(listener.told).toEqual([]);
    listener.say("READY\n");
    expect(listener.told).toEqual([
      "ver:3.0 server:box serial:0 pool:pool poolserial:0 eventname:REMOTE_COMMUNICATION len:8\ntype:t\na",
    ]);
    listener.say("RESULT 2\nOK");
    expect(listener.serials).toBe("0");
    listener.say("READY\n");
    expect(listener.serials).toBe("0 1");
  });

  test("tells nothing to a listener that is ready but does not count as started", () => {
    const { happen, processes } = makePool();
    const listener = only(processes);
    listener.start();
    listener.state = { name: "STARTING", pid: 7, since: 0, failures: 0, briefRuns: 0 };
    listener.say("READY\n");
    happen("a");
    expect(listener.told).toEqual([]);
  });

  test("tells nothing but what it subscribed to", () => {
    const { events, happen, processes } = makePool({ events: ["TICK"] });
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    happen("a");
    expect(listener.told).toEqual([]);
    events.publish({ kind: "tick", periodSeconds: 5, when: 5 });
    expect(listener.told).toHaveLength(1);
  });

  test("shares the events among its listeners, and a stuck one holds no other", () => {
    const { happen, processes } = makePool({ listeners: 2 });
    const [stuck, other] = processes;
    for (const listener of processes) {
      listener.start();
      listener.write = () => new Promise(() => {});
      listener.say("READY\n");
    }
    for (const data of "abc") happen(data);
    other?.say("RESULT 2\nOKREADY\n");
    expect(stuck?.serials).toBe("0");
    expect(other?.serials).toBe("1 2");
  });

  test("drops the oldest when too many wait, and says so", () => {
    const { happen, processes, said } = makePool({ bufferSize: 2 });
    for (const data of "abcd") happen(data);
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    expect(listener.serials).toBe("2");
    expect(said).toEqual([
      "ERRO pool pool event buffer overflowed, discarding event 0",
      "ERRO pool pool event buffer overflowed, discarding event 1",
    ]);
  });

  test.each([
    { how: "that was rejected", end: (one: ScriptedListener) => one.say("RESULT 4\nFAIL") },
    { how: "whose listener ended", end: (one: ScriptedListener) => one.exit() },
    { how: "whose listener was not understood", end: (one: ScriptedListener) => one.say("what?\n") },
  ])("tells an event $how first of all again, with the same serials", ({ end }) => {
    const { happen, processes } = makePool({ listeners: 2 });
    const [one, other] = processes;
    one?.start();
    one?.say("READY\n");
    happen("a");
    happen("b");
    if (one !== undefined) end(one);
    other?.start();
    other?.say("READY\n");
    expect(other?.told[0]).toBe(one?.told[0]);
    other?.say("RESULT 2\nOKREADY\n");
    expect(other?.serials).toBe("0 1");
  });

  test("tells a listener that rejected an event nothing for a while, and then the same event", () => {
    const { happen, passTime, processes } = makePool();
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    happen("a");
    listener.say("RESULT 4\nFAILREADY\n");
    happen("b");
    expect(listener.serials).toBe("0");
    passTime();
    expect(listener.serials).toBe("0 0");
    listener.say("RESULT 2\nOKREADY\n");
    expect(listener.serials).toBe("0 0 1");
  });

  test("does not make a listener rest that was started again since it rejected an event", () => {
    const { happen, processes } = makePool();
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    happen("a");
    listener.say("RESULT 4\nFAIL");
    listener.exit();
    listener.start();
    listener.say("READY\n");
    expect(listener.serials).toBe("0 0");
  });

  test("puts back an event that nobody reads, and serves that listener no more until it is started again", async () => {
    const { happen, processes, said } = makePool();
    const listener = only(processes);
    listener.write = async () => false;
    listener.start();
    listener.say("READY\n");
    happen("a");
    await Promise.resolve();
    await Promise.resolve();
    expect(said.join("\n")).toContain("l0: event 0 could not be sent: nobody reads its standard input");
    listener.exit();
    listener.write = async () => true;
    listener.start();
    listener.say("READY\n");
    expect(listener.serials).toBe("0 0");
  });

  test("ends a write into a full pipe with the run of its listener", () => {
    const { happen, processes } = makePool();
    const listener = only(processes);
    const signals: AbortSignal[] = [];
    listener.write = (signal) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    listener.start();
    listener.say("READY\n");
    happen("a");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    listener.exit();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test("warns of a listener that breaks the protocol, in the original's words", () => {
    const { happen, processes, said } = makePool();
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    happen("a");
    listener.say("nonsense\n");
    expect(said).toEqual([
      "WARN l0: bad result line: 'nonsense'",
      "WARN l0: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol",
    ]);
  });

  test("counts for itself, while the daemon's serials are the same in all pools", () => {
    const world = makeWorld();
    const one = makePool({ world, events: ["EVENT"] });
    const other = makePool({ world });
    world.events.publish({ kind: "supervisor-state", state: "RUNNING" });
    world.happen("a");
    for (const { processes } of [one, other]) {
      only(processes).start();
      only(processes).say("READY\n");
      only(processes).say("RESULT 2\nOKREADY\n");
    }
    const numbers = ({ processes }: typeof one) =>
      only(processes).told.map((text) => text.match(/(?<=serial:)\d+/g)?.join("/"));
    expect(numbers(one)).toEqual(["0/0", "1/1"]);
    expect(numbers(other)).toEqual(["1/0"]);
  });

  test("is told nothing after it was closed", () => {
    const { happen, pool, processes, events } = makePool();
    const listener = only(processes);
    listener.start();
    listener.say("READY\n");
    pool.close();
    happen("a");
    expect(listener.told).toEqual([]);
    expect(events.isWanted("REMOTE_COMMUNICATION")).toBe(false);
  });
});
