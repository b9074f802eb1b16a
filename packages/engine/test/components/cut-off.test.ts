/** The switch of the engine's own release, cut off at each change of the disk, in the old engine and in the new one. */
import { readdirSync, readlinkSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { TreeFiles } from "@gateway-engine/core/files";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test } from "vitest";
import { ComponentLinks } from "../../src/components/component-links.ts";
import { EngineUpdate } from "../../src/components/engine-update.ts";

const TO = "../apps/gwe/2.0.1";
const RELEASE = { app: "gwe", version: "2.0.1", contentRoot: "", hasProgram: true };
const ORDER = { install: "i1", component: "gwe", release: RELEASE, to: TO } as const;
const CHANGES = ["writeAtomic", "remove", "makeSymlink", "rename", "syncFolder", "makeFolder"] as const;

class Cut extends Error {}
class StartedAgain extends Error {}

/** Files of a process that ends before its change number `left + 1`, or after it. */
function mortalFiles(left: number, moment: "before" | "after"): TreeFiles {
  let changes = 0;
  const mortal = CHANGES.map((name) => {
    const change = async (...args: never[]) => {
      changes += 1;
      if (changes > left && moment === "before") throw new Cut();
      await Reflect.apply(nodeFiles[name], nodeFiles, args);
      if (changes > left) throw new Cut();
    };
    return [name, change];
  });
  return { ...nodeFiles, ...Object.fromEntries(mortal) };
}

function engine(folder: string, files: TreeFiles, problem?: string): EngineUpdate {
  const links = new ComponentLinks(files, folder);
  return new EngineUpdate({
    component: "gwe",
    links,
    runningFrom: linked(folder),
    health: { problem: async () => problem },
    times: async () => ({ seconds: 60, probation: 0 }),
    hasCik: () => true,
    startAgain: () => Promise.reject(new StartedAgain()),
    follow: async () => {},
    clock: systemClock,
  });
}

function linked(folder: string): string {
  return readdirSync(folder).includes("gwe") ? readlinkSync(join(folder, "gwe")) : "factory";
}

/** What the launcher has to find: at most one trial, and whenever the new release is in force, it or its end, and the way back. */
function expectSafe(folder: string): void {
  const names = readdirSync(folder);
  const standing = names.filter((name) => /^(trial-\d|went-back-[a-z]+|passed)$/.test(name));
  expect(standing.length).toBeLessThanOrEqual(1);
  expect(["factory", TO]).toContain(linked(folder));
  if (linked(folder) !== TO) return;
  expect(standing).toHaveLength(1);
  if (standing[0] !== "passed") expect(names).toContain("gwe.before");
}

const { signal } = new AbortController();
const cuts = (["before", "after"] as const).flatMap((moment) =>
  Array.from({ length: 14 }, (_, left) => ({ moment, left })),
);

describe("an update that is cut off", () => {
  test.each(cuts)("$moment change $left of the switch is done by the next try", async ({ moment, left }) => {
    using temporary = temporaryFolder("cut");
    const { path } = temporary;
    const first = engine(path, mortalFiles(left, moment)).switchTo(ORDER, signal);
    await expect(first).rejects.toSatisfy((error) => error instanceof Cut || error instanceof StartedAgain);
    expectSafe(path);
    if (linked(path) !== TO)
      await expect(engine(path, nodeFiles).switchTo(ORDER, signal)).rejects.toThrow(StartedAgain);
    expectSafe(path);
    expect(await engine(path, nodeFiles).switchTo(ORDER, signal)).toBe("gwe 2.0.1 runs");
    await engine(path, nodeFiles).watch(ORDER, signal);
    expect(readdirSync(path)).toContain("passed");
  });

  test.each(cuts)("$moment change $left of the way back ends at the release before", async ({ moment, left }) => {
    using temporary = temporaryFolder("cut");
    const { path } = temporary;
    await expect(engine(path, nodeFiles).switchTo(ORDER, signal)).rejects.toThrow(StartedAgain);
    const first = engine(path, mortalFiles(left, moment), "ill").putBack(ORDER, signal);
    await expect(first).rejects.toSatisfy((error) => error instanceof Cut || error instanceof StartedAgain);
    expectSafe(path);
    // Whichever engine is started now finds the rollback in the journal.
    await engine(path, nodeFiles)
      .putBack(ORDER, signal)
      .catch((error: unknown) => expect(error).toBeInstanceOf(StartedAgain));
    expect(linked(path)).toBe("factory");
    await engine(path, nodeFiles).putBack(ORDER, signal);
  });

  test("loses against a watchdog that was quicker", async () => {
    using temporary = temporaryFolder("cut");
    const { path } = temporary;
    await expect(engine(path, nodeFiles).switchTo(ORDER, signal)).rejects.toThrow(StartedAgain);
    const links = new ComponentLinks(nodeFiles, path);
    const trial = await links.trialOf("i1");
    renameSync(join(path, "trial-2"), join(path, "went-back-deadline"));
    await expect(links.pass(trial ?? expect.fail())).rejects.toThrow("no such file");
    renameSync(join(path, "gwe.before"), join(path, "gwe"));
    await expect(engine(path, nodeFiles).switchTo(ORDER, signal)).rejects.toThrow("did not report within 60 s");
  });
});
