import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { acquireLock } from "@gateway-engine/platform/lock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSettings, type Settings } from "../../src/settings.ts";

let root = "";
let settings: Settings;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gwe-settings-"));
  settings = open();
});

afterEach(() => rm(root, { recursive: true, force: true }));

function open(): Settings {
  return createSettings({ files: nodeFiles, clock: systemClock, paths: gatewayPaths(root), acquireLock });
}

describe("a configuration file", () => {
  test("that is missing is made fresh: Gateway.cfg has 63 bytes and only its owner may read it", async () => {
    await settings.gateway.read();
    const found = await stat(settings.gateway.path);
    expect({ size: found.size, mode: found.mode & 0o777 }).toEqual({ size: 63, mode: 0o600 });
  });

  test("that a power cut has emptied is made fresh again", async () => {
    await settings.gateway.read();
    await writeFile(settings.gateway.path, "");
    expect(await settings.gateway.read()).toMatchObject({ cik: "", vendor: "" });
  });

  test("keeps comments and unknown options when values change, and its mode", async () => {
    await settings.gateway.text();
    await writeFile(settings.gateway.path, "; mine\n[device]\nuuid = a\ncolour = red\n");
    await settings.gateway.set({ vendor: "p1", model: "p1" });
    const text = await readFile(settings.gateway.path, "utf8");
    expect(text).toBe("; mine\n[device]\nuuid = a\ncolour = red\nvendor = p1\nmodel = p1\n");
    expect((await stat(settings.gateway.path)).mode & 0o777).toBe(0o600);
  });

  test("that cannot be read is an error with file, line and what is wrong", async () => {
    await settings.engine.text();
    await writeFile(settings.engine.path, "[engine]\nupdate_interval = soon\n");
    await expect(settings.engine.read()).rejects.toMatchObject({
      code: "E_CONFIG_SYNTAX",
      message: `${settings.engine.path}, line 2: update_interval is "soon", but must be a number of seconds above 0`,
    });
  });

  test("refuses a change that would make it unreadable, and stays as it was", async () => {
    const before = await settings.engine.text();
    await expect(settings.engine.set({ update_interval: "-1" })).rejects.toMatchObject({ code: "E_CONFIG_SYNTAX" });
    await expect(settings.engine.set({ user_agent: "a\n[x]" })).rejects.toMatchObject({ code: "E_CONFIG_VALUE" });
    expect(await settings.engine.text()).toBe(before);
  });

  test("loses nothing when several writers change it at the same time", async () => {
    const writers = [open(), open(), open(), open()];
    const changes = [{ cik: "a".repeat(40) }, { vendor: "v" }, { model: "m" }, { uuid: "u" }];
    await Promise.all(changes.map((change, index) => writers[index]?.gateway.set(change)));
    expect(await settings.gateway.read()).toMatchObject({ cik: "a".repeat(40), vendor: "v", model: "m", uuid: "u" });
  });
});
