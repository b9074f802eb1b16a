import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { expect, test } from "vitest";
import { readAppHardware } from "../../src/device/app-hardware.ts";
import { Gaps } from "../../src/device/gaps.ts";
import { fakeRoot } from "../helpers.ts";

async function read(folder: string) {
  const gaps = new Gaps();
  return { apps: await readAppHardware({ files: nodeFiles, folder, gaps }), gaps: gaps.list() };
}

test("each application's object stands under its name", async () => {
  const folder = fakeRoot({
    "modbus.json": '{"meters": 3, "bus": "ttyUSB0", "late": ["4"]}\n',
    "zigbee.json": '{"coordinator": {"firmware": "20240710"}}',
    ".zigbee.json": '{"half": ',
    "notes.txt": "no JSON",
  });
  expect(await read(folder)).toEqual({
    apps: {
      modbus: { meters: 3, bus: "ttyUSB0", late: ["4"] },
      zigbee: { coordinator: { firmware: "20240710" } },
    },
    gaps: [],
  });
});

test("no folder is nothing to say", async () => {
  expect(await read("/nonexistent")).toEqual({ apps: {}, gaps: [] });
});

test("what cannot be used is named without its content, and the others stay", async () => {
  const folder = fakeRoot({
    "cut.json": '{"secret": ',
    "good.json": "{}",
    "large.json": JSON.stringify({ text: "x".repeat(4096) }),
    "list.json": "[1]",
    "null.json": "null",
    "sp ace.json": "{}",
  });
  symlinkSync(join(fakeRoot({ "private.json": '{"secret": 1}' }), "private.json"), join(folder, "link.json"));
  mkdirSync(join(folder, "folder.json"));
  expect(await read(folder)).toEqual({
    apps: { good: {} },
    gaps: [
      "hardware.apps.cut.json: not JSON",
      "hardware.apps.folder.json: not a file",
      "hardware.apps.large.json: more than 4096 bytes",
      "hardware.apps.link.json: not a file",
      "hardware.apps.list.json: not a JSON object",
      "hardware.apps.null.json: not a JSON object",
      "hardware.apps.sp ace.json: not a name of an application",
    ],
  });
});

test("applications have 16 KiB between them, in the order of their names", async () => {
  const folder = fakeRoot({});
  for (const name of ["a", "b", "c", "d", "e", "f"]) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ text: "x".repeat(3900) }));
  }
  const { apps, gaps } = await read(folder);
  expect(Object.keys(apps)).toEqual(["a", "b", "c", "d"]);
  expect(gaps).toEqual([
    "hardware.apps.e.json: applications have 16384 bytes between them",
    "hardware.apps.f.json: applications have 16384 bytes between them",
  ]);
});
