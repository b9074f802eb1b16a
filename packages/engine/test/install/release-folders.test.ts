import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReleaseFolders } from "../../src/install/release-folders.ts";

const V1 = { app: "app", version: "1" };
const V2 = { app: "app", version: "2" };
let apps = "";
let folders: ReleaseFolders;

beforeEach(async () => {
  apps = await mkdtemp(join(tmpdir(), "gwe-apps-"));
  folders = new ReleaseFolders(nodeFiles, apps);
});

afterEach(() => rm(apps, { recursive: true, force: true }));

async function unpack(release: typeof V1, install: string, content: string): Promise<void> {
  const staging = await folders.stage(release, install);
  await mkdir(staging);
  await writeFile(join(staging, "file"), content);
}

async function install(release: typeof V1, id: string, content: string): Promise<void> {
  await unpack(release, id, content);
  await folders.place(release, id);
}

const contentOf = (version: string) => readFile(join(apps, "app", version, "file"), "utf8");

describe("release folders", () => {
  test("a release is in its place only when it is whole", async () => {
    await unpack(V1, "i1", "one");
    expect(await readdir(join(apps, "app"))).toEqual([".staging-i1"]);
    await folders.place(V1, "i1");
    expect(await readdir(join(apps, "app"))).toEqual(["1"]);
  });

  test("taking back a first install leaves nothing behind, however often it is done", async () => {
    await install(V1, "i1", "one");
    await folders.takeBack(V1, "i1", []);
    await folders.takeBack(V1, "i1", []);
    expect(await readdir(apps)).toEqual([]);
  });

  test("taking back the same version that was in force before puts back its folder, however often it is done", async () => {
    await install(V1, "i1", "old");
    await folders.prune(V1.app, ["1"]);
    await install(V1, "i2", "new");
    expect(await contentOf("1")).toBe("new");
    await folders.takeBack(V1, "i2", ["1"]);
    await folders.takeBack(V1, "i2", ["1"]);
    expect(await contentOf("1")).toBe("old");
    expect(await readdir(join(apps, "app"))).toEqual(["1"]);
  });

  test("an unpack that is done again after a cut does not mistake its own folder for the old one", async () => {
    await install(V1, "i1", "old");
    await folders.prune(V1.app, ["1"]);
    await install(V1, "i2", "new");
    await install(V1, "i2", "new again");
    await folders.takeBack(V1, "i2", ["1"]);
    expect(await contentOf("1")).toBe("old");
  });

  test("a first install that was unpacked twice after a cut leaves nothing behind when it is taken back", async () => {
    await install(V1, "i1", "one");
    await install(V1, "i1", "one again");
    await folders.takeBack(V1, "i1", []);
    expect(await readdir(apps)).toEqual([]);
  });

  test("pruning keeps the named versions only", async () => {
    await install(V1, "i1", "one");
    await install(V2, "i2", "two");
    await folders.prune(V2.app, ["2"]);
    expect(await readdir(join(apps, "app"))).toEqual(["2"]);
  });
});
