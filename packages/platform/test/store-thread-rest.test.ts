import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { openStoreThread, type StoreThread } from "@gateway-engine/platform/store-thread";
import { afterEach, beforeEach, expect, test } from "vitest";

/** The store of fixtures/names-thread.mjs. */
interface Names {
  add(names: readonly string[]): number;
  names(): readonly string[];
  greeting(): string;
  crash(): void;
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-thread-rest-"));
  file = join(folder, "names.db");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("a thread that nobody calls closes its database, and the next call starts it again", async () => {
  const thread = await open({ restAfterMs: 20 });
  await thread.write("add", ["one"]);
  expect(existsSync(`${file}-wal`)).toBe(true);
  await closed();
  expect(await thread.write("add", ["two"])).toBe(1);
  expect(existsSync(`${file}-wal`)).toBe(true);
  expect(await thread.read("names")).toEqual(["one", "two"]);
  await thread.close();
});

test("a thread that is called stays", async () => {
  const thread = await open({ restAfterMs: 1000 });
  for (let count = 0; count < 5; count += 1) {
    await thread.read("names");
    await wait(300);
    expect(existsSync(`${file}-wal`)).toBe(true);
  }
  await thread.close();
});

test("calls at any moment of a thread's end and start are made, each once and in their order", async () => {
  const thread = await open({ restAfterMs: 1 });
  const order: string[] = [];
  const given: string[] = [];
  const calls: Promise<unknown>[] = [];
  for (let round = 0; round < 40; round += 1) {
    // As soon as the database is closed its thread is about to end, or it has ended a little before.
    if (round % 2 === 0) await closed();
    await wait(round % 7);
    for (const part of ["a", "b", "c"]) {
      const name = `${String(round).padStart(3, "0")}${part}`;
      given.push(name);
      calls.push(thread.write("add", [name]).then(() => order.push(name)));
    }
  }
  await Promise.all(calls);
  expect(order).toEqual(given);
  expect(await thread.read("names")).toEqual(given);
  await thread.close();
});

test("the setup is asked for at each start", async () => {
  let greeting = "hello";
  const thread = await open({ restAfterMs: 20, greeting: () => greeting });
  expect(await thread.read("greeting")).toBe("hello");
  greeting = "good evening";
  await closed();
  expect(await thread.read("greeting")).toBe("good evening");
  await thread.close();
});

test("a thread that cannot start again fails the calls with the reason, and the next call tries again", async () => {
  const thread = await open({ restAfterMs: 20 });
  await thread.write("add", ["one"]);
  await closed();
  await rename(file, `${file}.away`);
  await writeFile(file, "this is not a database, but long enough to be looked at as one".repeat(20));
  const calls = [thread.write("add", ["two"]), thread.read("names")];
  const problem = { code: "E_DATABASE", details: { file, reason: expect.stringContaining("not a database") } };
  for (const call of calls) await expect(call).rejects.toMatchObject(problem);
  await rename(`${file}.away`, file);
  expect(await thread.write("add", ["three"])).toBe(1);
  expect(await thread.read("names")).toEqual(["one", "three"]);
  await thread.close();
});

test("a thread that breaks down fails its calls, and the next call starts another", async () => {
  const thread = await open({});
  await thread.write("add", ["one"]);
  const broken = { code: "E_DATABASE", details: { file, reason: "its thread has ended" } };
  await expect(thread.read("crash")).rejects.toMatchObject(broken);
  expect(await thread.read("names")).toEqual(["one"]);
  await thread.close();
});

test.each(["while the thread rests", "while it ends", "while it starts again"])(
  "closing %s keeps what was written",
  async (when) => {
    const thread = await open({ restAfterMs: 20 });
    await closed();
    if (when === "while the thread rests") await wait(50);
    const written = when === "while it starts again" ? thread.write("add", ["one"]) : Promise.resolve(0);
    await thread.close();
    await expect(thread.write("add", ["late"])).rejects.toMatchObject({ details: { reason: "it is closed" } });
    expect(existsSync(`${file}-wal`)).toBe(false);
    const count = await written;
    const again = await open({});
    expect(await again.read("names")).toHaveLength(count);
    await again.close();
  },
);

function open({
  restAfterMs,
  greeting = () => "",
}: {
  readonly restAfterMs?: number;
  readonly greeting?: () => string;
}): Promise<StoreThread<Names>> {
  const module = new URL("./fixtures/names-thread.mjs", import.meta.url);
  const rest = restAfterMs === undefined ? {} : { restAfterMs };
  return openStoreThread<Names>({ module, file, ...rest }, () => ({ file, greeting: greeting() }));
}

/** SQLite removes the log of changes when the last connection to a database is closed in good order. */
async function closed(): Promise<void> {
  while (existsSync(`${file}-wal`)) await nextTurn();
}
