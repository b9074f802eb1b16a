import { describe, expect, test } from "vitest";
import { LocalSessions } from "../../../src/intake/mqtt/local-sessions.ts";
import { ReceivedOnce } from "../../../src/intake/mqtt/received-once.ts";
import { RetainedMessages } from "../../../src/intake/mqtt/retained-messages.ts";
import { parseTopicFilter } from "../../../src/intake/mqtt/topic-filter.ts";

const bytes = (length: number) => new Uint8Array(length);

function retainedTopics(retained: RetainedMessages<{ topic: string; payload: Uint8Array }>, filter: string) {
  const parsed = parseTopicFilter(filter);
  return [...retained.matching(parsed.ok ? [parsed.value, parsed.value] : [])].map(({ topic }) => topic);
}

describe("retained messages", () => {
  test("are replaced, taken away by an empty one, and found once by the filters", () => {
    const retained = new RetainedMessages({ messages: 10, bytes: 100 });
    for (const topic of ["a/1", "a/2", "b"]) retained.keep({ topic, payload: bytes(1) });
    retained.keep({ topic: "a/1", payload: bytes(2) });
    retained.keep({ topic: "a/2", payload: bytes(0) });
    expect(retainedTopics(retained, "a/#")).toEqual(["a/1"]);
    expect(retainedTopics(retained, "#")).toEqual(["b", "a/1"]);
  });

  test("take no more than there is room for, and give room back", () => {
    const retained = new RetainedMessages({ messages: 2, bytes: 10 });
    expect(retained.keep({ topic: "a", payload: bytes(9) })).toBe(true);
    expect(retained.keep({ topic: "b", payload: bytes(1) })).toBe(false);
    expect(retained.keep({ topic: "a", payload: bytes(1) })).toBe(true);
    expect(retained.keep({ topic: "b", payload: bytes(1) })).toBe(true);
    expect(retained.keep({ topic: "c", payload: bytes(1) })).toBe(false);
    expect(retained.keep({ topic: "a", payload: bytes(0) })).toBe(true);
    expect(retained.keep({ topic: "c", payload: bytes(1) })).toBe(true);
  });
});

describe("sessions", () => {
  const limits = { sessions: 2, subscriptions: 3, messages: 2, bytes: 1000 };
  const sessions = (connected: readonly string[] = []) => new LocalSessions(limits, (id) => connected.includes(id));

  test("find the subscribers of a topic that want an acknowledged message", () => {
    const some = sessions();
    some.subscribe("one", [
      { topic: "a/#", qos: 1 },
      { topic: "a/b", qos: 2 },
    ]);
    some.subscribe("two", [{ topic: "#", qos: 0 }]);
    expect(some.subscribersOf("a/b")).toEqual([{ clientId: "one", topic: "a/#", qos: 1 }]);
    some.unsubscribe("one", ["a/#", "a/b"]);
    expect(some.subscribersOf("a/b")).toEqual([]);
    expect(some.subscriptionsOf("two")).toEqual([{ topic: "#", qos: 0 }]);
  });

  test("keep what waits for a client until it has acknowledged it, step by step for QoS 2", () => {
    const one = sessions();
    one.subscribe("one", [{ topic: "a", qos: 2 }]);
    one.enqueue("one", { brokerId: "b", brokerCounter: 1, payload: bytes(1) });
    one.enqueue("one", { brokerId: "b", brokerCounter: 2, payload: bytes(1) });
    one.update("one", { brokerId: "b", brokerCounter: 2, messageId: 7 });
    one.update("one", { messageId: 7 });
    expect(one.outgoing("one")).toMatchObject([{ brokerCounter: 1 }, { messageId: 7 }]);
    expect(one.acknowledge("one", 7)).toEqual({ messageId: 7 });
    expect(one.acknowledge("one", 7)).toBeUndefined();
    expect(one.outgoing("one")).toMatchObject([{ brokerCounter: 1 }]);
  });

  test("keep no more than there is room for, and give room back", () => {
    const one = sessions();
    one.subscribe("one", [{ topic: "a", qos: 1 }]);
    expect(one.enqueue("one", { messageId: 1, payload: bytes(700) })).toBe(true);
    expect(one.enqueue("one", { messageId: 2, payload: bytes(700) })).toBe(false);
    one.acknowledge("one", 1);
    expect(one.enqueue("one", { messageId: 2, payload: bytes(700) })).toBe(true);
    one.forget("one");
    one.subscribe("one", [{ topic: "a", qos: 1 }]);
    expect([1, 2, 3].map((messageId) => one.enqueue("one", { messageId, payload: bytes(1) }))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("forget the oldest whose client is away when there are too many", () => {
    const some = sessions(["one"]);
    for (const id of ["one", "two", "three"]) some.subscribe(id, [{ topic: "a", qos: 1 }]);
    expect(some.subscribersOf("a").map(({ clientId }) => clientId)).toEqual(["one", "three"]);
  });

  test("hold a bounded number of subscriptions", () => {
    const one = sessions();
    one.subscribe(
      "one",
      ["a", "b", "c", "d"].map((topic) => ({ topic, qos: 1 })),
    );
    expect(one.subscriptionsOf("one").map(({ topic }) => topic)).toEqual(["a", "b", "c"]);
  });
});

describe("messages of QoS 2", () => {
  test("are committed once until they are released", async () => {
    const received = new ReceivedOnce();
    let commits = 0;
    const commit = async () => {
      commits += 1;
    };
    await Promise.all([received.commit("one", 1, commit), received.commit("one", 1, commit)]);
    expect(received.isDelivered("one", 1)).toBe(false);
    received.delivered("one", 1);
    expect(received.isDelivered("one", 1)).toBe(true);
    await received.commit("one", 1, commit);
    expect(commits).toBe(1);
    await received.commit("two", 1, commit);
    received.release("one", 1);
    await received.commit("one", 1, commit);
    expect(commits).toBe(3);
  });

  test("are committed again when the first try failed", async () => {
    const received = new ReceivedOnce();
    await expect(received.commit("one", 1, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
    await expect(received.commit("one", 1, () => Promise.resolve())).resolves.toBeUndefined();
  });
});
