/// <reference lib="esnext.disposable" />
/** What is around a script that runs over layers: other mounts, folders that are passed through, processes, a busybox. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { expect, test } from "vitest";
import { LayeredRoot, shell } from "./support/layered-root.ts";

test("a further mount has a layer of its own, on itself", async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 16 });
  using root = LayeredRoot.inFolder(dirname(disk.mountPoint));
  writeFileSync(join(disk.mountPoint, "old"), "old");
  expect(await root.run("echo new > ../mounted/old; echo > ../mounted/made; echo > here")).toEqual([]);
  expect(readFileSync(join(disk.mountPoint, "old"), "utf8")).toBe("old");
  await root.apply();
  expect(readFileSync(join(disk.mountPoint, "old"), "utf8")).toBe("new\n");
  expect(existsSync(join(root.folder, "here"))).toBe(true);
  expect(await root.undo()).toEqual([]);
  await root.settle();
  expect(readFileSync(join(disk.mountPoint, "old"), "utf8")).toBe("old");
  expect(readdirSync(disk.mountPoint).sort()).toEqual(["lost+found", "old"]);
  expect(existsSync(join(root.folder, "here"))).toBe(false);
});

test("a mount that takes no layers, and one in memory, are reached, and named as not undoable", async () => {
  using root = LayeredRoot.inFolder();
  const [memory, union] = [join(root.folder, "memory"), join(root.folder, "union")];
  shell(root.folder, "mkdir memory union lower upper work; mount -t tmpfs none memory");
  shell(root.folder, "mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work union");
  try {
    const unlayered = await root.run("echo > memory/file; echo > union/file; echo > file");
    expect(unlayered).toEqual([`${memory}: it is in memory`, union]);
    expect([memory, union, root.folder].map((folder) => existsSync(join(folder, "file")))).toEqual([true, true, false]);
    await root.apply();
    expect(await root.undo()).toEqual(
      [memory, union].map((folder) => `${folder}/file: changed while the script ran, where no layer is possible`),
    );
  } finally {
    shell(root.folder, "umount memory union");
  }
});

test("folders that are passed through keep what the script does in them", async () => {
  using root = LayeredRoot.inFolder();
  const data = join(root.folder, "data");
  mkdirSync(data);
  mkdirSync(root.paths.logDir, { recursive: true });
  await root.run(`echo > data/kept; echo > ${root.paths.logDir}/log; echo > gone`, [data]);
  expect(readdirSync(data)).toEqual(["kept"]);
  expect(readdirSync(root.paths.logDir)).toEqual(["log"]);
  await root.settle();
  expect(readdirSync(root.folder)).toEqual(["data"]);
});

test("a process that the script leaves behind, out of its group and with nothing in its environment, is ended", async () => {
  using root = LayeredRoot.inFolder();
  const seconds = "86399.25";
  await root.run(`env -i setsid sleep ${seconds} > /dev/null 2>&1 & sleep 0.2`);
  expect(execFileSync("ps", ["-eo", "args"]).toString()).not.toContain(seconds);
});

test("nothing of the layers is mounted for anybody else, and nothing stays on disk", async () => {
  using root = LayeredRoot.wholeMachine();
  const before = readFileSync("/proc/self/mountinfo", "utf8");
  await root.run("echo > file");
  await root.apply();
  await root.settle("app");
  expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
  expect(readdirSync(root.paths.undoDir)).toEqual(["owned"]);
  expect(await root.layers.owned.removeAll("app")).toEqual([]);
  expect(readdirSync(root.folder)).toEqual([]);
});

test("somebody else's change of the same file while the script runs: the install is refused, with the file's name", async () => {
  using root = LayeredRoot.inFolder();
  writeFileSync(join(root.folder, "file"), "old");
  const outside = `echo other > /proc/${process.pid}/root${root.folder}/file`;
  await expect(root.run(`echo mine >> file; sleep 0.1; ${outside}`)).rejects.toMatchObject({
    code: "E_UNDO",
    message: expect.stringContaining(`${root.folder}/file was changed by somebody else meanwhile`),
  });
});
