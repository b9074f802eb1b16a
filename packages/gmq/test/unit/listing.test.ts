import { expect, test } from "vitest";
import { openLocalSpool } from "./local-spool.ts";

test("a page of messages has as many as were asked for, and fewer when they are large", async () => {
  await using local = await openLocalSpool();
  const { spool } = local;
  const { id } = spool.deviceOf({ vendor: "v", model: "m", serial: "s" });
  const write = (body: string, priority: "high" | "normal") =>
    spool.accept(id, { kind: "write", alias: "", body, points: 1, span: 1, priority, ttlMs: undefined });
  for (const name of ["a", "b", "c"]) await write(`${name}=${"x".repeat(600_000)}`, "normal");
  for (const name of ["d", "e"]) await write(`${name}=1`, "high");
  const pages: string[] = [];
  for (let after: Awaited<ReturnType<typeof spool.listQueued>>[number] | undefined; ; ) {
    const page = await spool.listQueued(id, after, 4);
    after = page.at(-1);
    if (after === undefined) break;
    pages.push(page.map(({ body }) => body[0]).join(""));
  }
  expect(pages).toEqual(["deab", "c"]);
});
