import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf } from "../../src/control/lines.ts";

test("lines come out as they went in, however the stream is cut", async () => {
  const lines = fc.array(
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", "")),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(20), { maxLength: 20 }), async (written, cuts) => {
      const bytes = Buffer.from(written.map((line) => `${line}\n`).join(""));
      expect(await collect(linesOf(chunks(bytes, cuts)))).toEqual(written);
    }),
  );
});

test("the last line needs no newline", async () => {
  expect(await collect(linesOf(chunks(Buffer.from("a\nb"), [])))).toEqual(["a", "b"]);
});

test("a line without an end is refused", async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(1_048_576, "x");
  }
  await expect(collect(linesOf(endless()))).rejects.toThrow("a line is over 8388608 bytes long");
});

async function* chunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of sizes) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
  yield bytes.subarray(Math.min(start, bytes.length));
}

async function collect(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}
