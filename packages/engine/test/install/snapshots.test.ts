import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { DataSnapshots } from "../../src/install/data/snapshots.ts";

const { signal } = new AbortController();

function workshop() {
  const { path, remove } = temporaryFolder("snapshots");
  onTestFinished(remove);
  const data = join(path, "data");
  mkdirSync(join(data, "sub"), { recursive: true });
  writeFileSync(join(data, "sub/log"), "old");
  linkSync(join(data, "sub/log"), join(data, "same"));
  chmodSync(join(data, "sub"), 0o750);
  const snapshotsDir = join(path, "snapshots");
  const make = (files = nodeFiles) => new DataSnapshots({ files, commands: nodeCommandRunner, snapshotsDir });
  return { data, absent: join(path, "absent"), snapshotsDir, make, snapshots: make() };
}

test("data come back as they were, with their links and modes, and what was not there is gone again", async () => {
  const { data, absent, snapshots } = workshop();
  await snapshots.take("one", [data, absent], signal);
  writeFileSync(join(data, "sub/log"), "new");
  writeFileSync(join(data, "more"), "new");
  writeFileSync(absent, "new");
  await snapshots.putBack("one", signal);
  expect(readFileSync(join(data, "sub/log"), "utf8")).toBe("old");
  expect(statSync(join(data, "same")).ino).toBe(statSync(join(data, "sub/log")).ino);
  expect(statSync(join(data, "sub")).mode & 0o777).toBe(0o750);
  expect([existsSync(join(data, "more")), existsSync(absent)]).toEqual([false, false]);
});

test("a snapshot is taken once, however often it is asked for", async () => {
  const { data, snapshots } = workshop();
  await snapshots.take("one", [data], signal);
  writeFileSync(join(data, "sub/log"), "new");
  await snapshots.take("one", [data], signal);
  await snapshots.putBack("one", signal);
  expect(readFileSync(join(data, "sub/log"), "utf8")).toBe("old");
});

test("it is put back once: what the old version writes afterwards stays", async () => {
  const { data, snapshots } = workshop();
  await snapshots.take("one", [data], signal);
  await snapshots.putBack("one", signal);
  expect(await snapshots.has("one")).toBe(false);
});

test("putting back that was cut off is done again from the whole snapshot", async () => {
  const { data, snapshots } = workshop();
  await snapshots.take("one", [data], signal);
  rmSync(data, { recursive: true });
  mkdirSync(`${data}.gwe-snapshot`);
  await snapshots.putBack("one", signal);
  expect(readFileSync(join(data, "sub/log"), "utf8")).toBe("old");
  expect(existsSync(`${data}.gwe-snapshot`)).toBe(false);
});

test("without the room for it, it is refused before anything is copied", async () => {
  const { data, make, snapshotsDir } = workshop();
  const full = make({ ...nodeFiles, freeBytes: () => Promise.resolve(1000) });
  await expect(full.take("one", [data], signal)).rejects.toMatchObject({ code: "E_DISK_FULL" });
  expect(existsSync(join(snapshotsDir, "one"))).toBe(false);
});
