import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { InstallError } from "@gateway-engine/core/errors";
import { bytePath } from "@gateway-engine/core/exact-files";
import { exactFiles } from "@gateway-engine/platform/exact-files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test } from "vitest";
import { Uninstaller } from "../../src/actions/uninstaller.ts";
import { ReleaseFolders } from "../../src/install/release-folders.ts";
import type { ScriptOutcome } from "../../src/install/run-script.ts";
import { identityOf } from "../../src/install/undo/change.ts";
import { OwnedFiles } from "../../src/install/undo/owned-files.ts";

const RELEASE = { app: "app", version: "1", contentRoot: "", hasProgram: true };

interface Facts {
  readonly isUnpacked: boolean;
  readonly script: ScriptOutcome;
  readonly force: boolean;
}

/** @returns how it ended, and whether the file that the application's script had made is still there */
async function uninstall({ isUnpacked, script, force }: Facts) {
  using folder = temporaryFolder("uninstall");
  const folders = new ReleaseFolders(nodeFiles, `${folder.path}/apps`);
  if (isUnpacked) mkdirSync(folders.path(RELEASE), { recursive: true });
  const file = `${folder.path}/made`;
  writeFileSync(file, "by install.sh");
  const stat = await exactFiles.stat(bytePath(file));
  if (stat === undefined) throw new Error("it was written");
  const owned = new OwnedFiles(nodeFiles, exactFiles, `${folder.path}/owned`);
  const put = { kind: "put", layer: 0, path: bytePath(file), is: identityOf(stat), was: null, below: [] } as const;
  await owned.add("app", [put]);
  const programs: string[] = [];
  const note = (what: string) => async () => void programs.push(what);
  const uninstaller = new Uninstaller({
    files: nodeFiles,
    paths: { stateDir: folder.path },
    folders,
    journal: { committedRelease: () => RELEASE, installedApps: () => [] },
    programs: { pause: note("paused"), goOn: note("goes on"), remove: note("removed") },
    script: { uninstall: async () => script, removeOwned: (app) => owned.removeAll(app) },
  });
  const action = { id: "i", commandSource: "cloud", verb: "uninstall", name: "app", purge: false, force } as const;
  const { signal } = new AbortController();
  const event = await uninstaller.uninstall({ action, signal, onOutput: () => {} });
  return { event, programs, isLeft: existsSync(file) };
}

const WELL: ScriptOutcome = { kind: "succeeded", output: "" };
const REFUSES: ScriptOutcome = {
  kind: "failed",
  error: new InstallError("E_INSTALL_SCRIPT", { script: "uninstall.sh", name: "app", reason: "exit status 3" }),
  output: "no\n",
};

describe("uninstalling removes the files that the application's scripts made", () => {
  test.each([
    { when: "its uninstall.sh succeeds", isUnpacked: true, script: WELL, force: false },
    { when: "its release is not unpacked any more", isUnpacked: false, script: WELL, force: false },
    { when: "its uninstall.sh fails and it is forced", isUnpacked: true, script: REFUSES, force: true },
  ])("when $when", async (facts) => {
    const { event, programs, isLeft } = await uninstall(facts);
    expect(event).toMatchObject({ kind: "succeeded", notRestored: [] });
    expect(programs).toEqual(["paused", "removed"]);
    expect(isLeft).toBe(false);
  });

  test("and not when its uninstall.sh fails: then it runs as before", async () => {
    const { event, programs, isLeft } = await uninstall({ isUnpacked: true, script: REFUSES, force: false });
    expect(event).toMatchObject({ kind: "failed", output: "no\n" });
    expect(programs).toEqual(["paused", "goes on"]);
    expect(isLeft).toBe(true);
  });
});
