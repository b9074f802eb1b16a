import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { kernelControlGroups as groups, mountPoint } from "../src/control-groups.ts";

test.each([
  ["", undefined],
  ["30 20 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw", "/sys/fs/cgroup"],
  [
    "29 20 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n30 20 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
    "/sys/fs/cgroup/unified",
  ],
  ["30 20 0:26 / /mnt/my\\040groups rw shared:4 - cgroup2 none rw", "/mnt/my groups"],
])("the v2 hierarchy of %j is mounted at %s", (mountinfo, expected) => {
  expect(mountPoint(mountinfo)).toBe(expected);
});

test("folders of groups are made, listed and removed; one that is in use stays", () => {
  const folder = mkdtempSync(join(tmpdir(), "groups-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(groups.make(`${folder}/a`)).toBeUndefined();
  expect(groups.make(`${folder}/a`)).toBeUndefined();
  expect(groups.make(`${folder}/b`)).toBeUndefined();
  expect(groups.write(`${folder}/a/pids.max`, "5")).toBeUndefined();
  expect(groups.read(`${folder}/a/pids.max`)).toBe("5");
  expect(groups.read(`${folder}/b/pids.max`)).toBeUndefined();
  expect(groups.write(`${folder}/none/pids.max`, "5")).toMatch(/no such file/i);
  groups.remove(`${folder}/a`);
  groups.remove(`${folder}/b`);
  expect(groups.list(folder)).toEqual(["a"]);
  expect(groups.list(`${folder}/none`)).toEqual([]);
});
