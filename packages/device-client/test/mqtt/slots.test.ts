import { expect, test } from "vitest";
import { Slots } from "../../src/mqtt/slots.ts";

const { signal } = new AbortController();

test("lets in as many as there are slots, and the others in their order", async () => {
  const slots = new Slots(2);
  const entered: string[] = [];
  const enter = async (name: string) => {
    const release = await slots.take(signal);
    entered.push(name);
    return release;
  };
  const [first, second] = await Promise.all([enter("a"), enter("b")]);
  const third = enter("c");
  const fourth = enter("d");
  first();
  await third;
  expect(entered).toEqual(["a", "b", "c"]);
  second();
  await fourth;
  expect(entered).toEqual(["a", "b", "c", "d"]);
});

test("one that is cancelled while it waits takes no slot", async () => {
  const slots = new Slots(1);
  const release = await slots.take(signal);
  const controller = new AbortController();
  const cancelled = slots.take(controller.signal);
  const next = slots.take(signal);
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "E_CANCELLED" });
  release();
  await expect(next).resolves.toBeTypeOf("function");
});
