import { once } from "node:events";
import { expect, test } from "vitest";
import { Interruption } from "../../src/ctl/interruption.ts";

test("Ctrl-C ends the action that runs, and no more", async () => {
  const everything = new AbortController();
  const interruption = new Interruption(everything.signal);
  const ended = interruption.run(async (signal) => void (await once(signal, "abort")));
  expect(interruption.interrupt()).toBe(true);
  await ended;
  expect(everything.signal.aborted).toBe(false);
  expect(interruption.interrupt()).toBe(false);
});

test("what ends everything ends the action too", async () => {
  const everything = new AbortController();
  const ended = new Interruption(everything.signal).run(async (signal) => void (await once(signal, "abort")));
  everything.abort();
  await ended;
});
