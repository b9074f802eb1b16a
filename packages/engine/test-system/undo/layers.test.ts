/// <reference lib="esnext.disposable" />
/** What scripts do to files, over real layers: the same as without them, and taken back to the last bit. */
import { mkdtempSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixture, LayeredRoot, shell, wholeContent } from "./support/layered-root.ts";

/** What shell scripts do to the fixture's files. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "writes into a file": "echo more >> file",
  "puts another file in a file's place": "echo new > .file; mv .file file",
  "makes files and folders": "mkdir -p new/er; echo 1 > new/er/one; echo 2 > two; mkdir d/new; echo 3 > d/new/three",
  "removes a file": "rm file d/one",
  "removes a folder": "rm -r d deep",
  "removes a file and makes it again": "rm file; echo new > file",
  "removes a folder and makes it again with other content": "rm -r d; mkdir d; echo new > d/two; mkdir d/e",
  "does so with a folder in a folder that it made again": "rm -r deep; mkdir -p deep/er; echo new > deep/er/file",
  "makes a file, and removes it": "echo > new; rm new; mkdir m; echo > m/x; rm -r m; mkdir m; rmdir m",
  "puts a folder in a file's place": "rm file; mkdir file; echo in > file/in",
  "puts a file in a folder's place": "rm -r d; echo file > d",
  "puts a file in a link's place": "rm link; echo file > link",
  "puts a link in a file's place": "ln -sf other file",
  "puts a link in a folder's place": "rm -r d; ln -s deep d",
  "moves a folder": "mv d moved",
  "moves a file over another": "mv file d/one",
  "makes a FIFO and devices": "mkfifo new-fifo; mknod null c 1 3; mknod disk b 7 99; rm device; mknod device c 1 5",
  "changes owner and mode of a file": "chown 7:8 file; chmod 2640 file",
  "changes owner and mode of a folder": "chown 7:8 d; chmod 0711 d; chmod 0755 sticky; chown 0:7 private",
  "changes a program with setuid": "echo more >> program; chown 1000:1001 program; chmod 6755 program",
  "changes extended attributes of a file": "setfattr -n user.note -v new noted; setfattr -n user.other -v x file",
  "gives a program a capability":
    "printf x > capable; setcap cap_net_bind_service+ep capable 2>/dev/null || setfattr -n security.test -v 1 capable",
  "makes two names for a new file": "echo > one; ln one two; ln one d/three",
  "makes a further name for a file": "ln file d/file",
  "removes one of two names": "rm second-name",
  "uses names that are not UTF-8": `printf y >> "$(printf 'caf\\351 and\\nline')"; mkdir "$(printf '\\377')"; echo > "$(printf '\\377')/x"`,
  "makes a sparse file": "truncate -s 32M sparse",
};

describe("over layers, a script that", () => {
  test.concurrent.each(Object.entries(SCRIPTS))("%s", async (_, script) => {
    using root = LayeredRoot.inFolder();
    fixture(root.folder);
    await expectSame(root, script);
  });
});

test("over the whole machine: everything at once", async () => {
  using root = LayeredRoot.wholeMachine();
  const scripts = Object.values(SCRIPTS);
  for (const index of scripts.keys()) fixture(`${root.folder}/${index}`);
  await expectSame(root, scripts.map((script, index) => `(cd ${index}; ${script})`).join("\n"));
});

test("one install after another, each over what the one before has left", async () => {
  using root = LayeredRoot.inFolder();
  fixture(root.folder);
  const remake = "rm -r d; mkdir d; echo $0 > d/two; echo new > d/$0";
  for (const round of ["1", "2", "3"]) {
    await root.run(remake.replaceAll("$0", round));
    await root.apply();
    await root.settle("app");
  }
  shell(root.folder, 'test "$(ls d)" = "3\ntwo" && test "$(cat d/two)" = 3');
});

/** The script does what it does without layers, nobody sees it before it is applied, and it leaves no trace when it is taken back. */
async function expectSame(root: LayeredRoot, script: string): Promise<void> {
  const before = root.content();
  const wanted = wantedOf(root.folder, script);
  expect(await root.run(script)).toEqual([]);
  expect(root.content()).toBe(before);
  await root.apply();
  expect(root.content()).toBe(wanted);
  expect(await root.undo()).toEqual([]);
  expect(root.content()).toBe(before);
  await root.settle();
  expect(await root.layers.remembered()).toEqual([]);
}

function wantedOf(folder: string, script: string): string {
  const copy = mkdtempSync("/opt/gwe-wanted-");
  try {
    shell("/", `cp -a "${folder}/." "${copy}"`);
    shell(copy, script);
    return wholeContent(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
