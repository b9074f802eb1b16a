import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readAhead } from "../src/read-ahead.ts";

async function drain(source: AsyncIterable<Uint8Array>): Promise<{ text: string; error: unknown }> {
  let text = "";
  try {
    for await (const chunk of source) text += Buffer.from(chunk).toString();
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}

test("all chunks come in order", async () => {
  const source = Readable.from([Buffer.from("a"), Buffer.from("b"), Buffer.from("c")], { objectMode: false });
  expect(await drain(readAhead(source, 1))).toEqual({ text: "abc", error: undefined });
});

test("what arrived before a failure comes before the failure", async () => {
  const source = new Readable({ read() {} });
  const reading = drain(readAhead(source, 1000));
  source.push("one");
  source.push("two");
  await new Promise((resolve) => setImmediate(resolve));
  source.destroy(new Error("the line dropped"));
  expect(await reading).toMatchObject({ text: "onetwo", error: { message: "the line dropped" } });
});

test("a stream that was closed before is a failure and no endless wait", async () => {
  const source = new Readable({ read() {} });
  source.destroy();
  await new Promise((resolve) => source.once("close", resolve));
  expect((await drain(readAhead(source, 10))).error).toBeInstanceOf(Error);
});

test("no more than the limit is read ahead, and a consumer that leaves closes the stream", async () => {
  let produced = 0;
  const source = new Readable({
    highWaterMark: 10,
    read() {
      produced += 10;
      this.push(Buffer.alloc(10));
    },
  });
  for await (const _chunk of readAhead(source, 100)) break;
  expect(produced).toBeLessThan(1000);
  expect(source.destroyed).toBe(true);
});
