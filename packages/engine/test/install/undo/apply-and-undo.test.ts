/// <reference lib="esnext.disposable" />
/** Applying and undoing a layer's changes, on real folders, as whoever runs the tests. */
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExactFiles } from "@gateway-engine/core/exact-files";
import { exactFiles } from "@gateway-engine/platform/exact-files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/install/undo/apply-changes.ts";
import type { Change } from "../../../src/install/undo/change.ts";
import { CHANGE_FOLDERS } from "../../../src/install/undo/change-places.ts";
import { compareLayer } from "../../../src/install/undo/compare-layer.ts";
import { undoChanges } from "../../../src/install/undo/undo-changes.ts";
import { snapshot } from "./snapshot.ts";

/** What a tree has at a path: a file's content, a link's target, or a folder. */
type Node =
  | { readonly kind: "file"; readonly content: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly mode: number; readonly entries: Tree };
type Tree = { readonly [name: string]: Node };

const mode = fc.constantFrom(0o700, 0o755, 0o711, 0o2750);
const { tree } = fc.letrec<{ tree: Tree; node: Node }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom("a", "b", "c", "d", "\u00ff"), tie("node"), { maxKeys: 4 }),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant("file"), content: fc.string({ maxLength: 8 }), mode }),
    fc.record({ kind: fc.constant("link"), target: fc.constantFrom("a", "../b", "/nowhere") }),
    fc.record({ kind: fc.constant("folder"), mode, entries: tie("tree") }),
  ),
}));

/** A gateway's root with a tree before, and a layer that makes another tree of it. */
class Layered implements Disposable {
  readonly #folder = temporaryFolder("undo");
  readonly lower: string;
  readonly home: string;
  readonly #merged: string;
  changes: readonly Change[] = [];

  constructor(before: Tree, after: Tree) {
    this.lower = join(this.#folder.path, "root");
    this.home = join(this.#folder.path, "home");
    this.#merged = join(this.#folder.path, "merged");
    for (const name of CHANGE_FOLDERS) mkdirSync(join(this.home, name), { recursive: true });
    build(this.lower, before);
    build(this.#merged, after);
    build(`${this.home}/upper`, after);
    layer(`${this.home}/upper`, before, after);
  }

  async list(): Promise<void> {
    const [lower, upper, merged] = [this.lower, `${this.home}/upper`, this.#merged];
    this.changes = await compareLayer(exactFiles, { layer: 0, lower, upper, merged, since: undefined });
  }

  apply(files: ExactFiles = exactFiles): Promise<void> {
    return applyChanges(files, this.changes, [this]);
  }

  undo(files: ExactFiles = exactFiles): Promise<readonly string[]> {
    return undoChanges(files, this.changes, [this]);
  }

  before = (): string => snapshot(this.lower);
  wanted = (): string => snapshot(this.#merged);

  [Symbol.dispose](): void {
    this.#folder.remove();
  }
}

function build(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, node] of Object.entries(tree)) {
    const path = join(folder, name);
    if (node.kind === "file") writeFileSync(path, node.content);
    if (node.kind === "link") symlinkSync(node.target, path);
    if (node.kind === "folder") build(path, node.entries);
    if (node.kind !== "link") chmodSync(path, node.mode);
  }
}

/** As the kernel leaves it: some of what is as before was never copied up. */
function layer(upper: string, before: Tree, after: Tree): void {
  for (const [name, node] of Object.entries(after)) {
    const old = before[name];
    if (old !== undefined && JSON.stringify(old) === JSON.stringify(node))
      rmSync(join(upper, name), { recursive: true });
    else if (old?.kind === "folder" && node.kind === "folder") layer(join(upper, name), old.entries, node.entries);
  }
}

/** Stops for good before the so-manyth change of a file, as if the power went. */
function dyingAfter(steps: number): ExactFiles {
  let left = steps;
  const step = <Args extends readonly unknown[], Value>(work: (...args: Args) => Promise<Value>) => {
    return (...args: Args): Promise<Value> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error("the power went")) : work(...args);
    };
  };
  const { link, rename, makeFolder, remove, setOwner, setMode } = exactFiles;
  return {
    ...exactFiles,
    link: step(link),
    rename: step(rename),
    makeFolder: step(makeFolder),
    remove: step(remove),
    setOwner: step(setOwner),
    setMode: step(setMode),
    sync: () => Promise.resolve(),
  };
}

/** Runs again and again until it gets through, with the power going one step later each time. */
async function withPowerCuts(work: (files: ExactFiles) => Promise<unknown>): Promise<void> {
  for (let steps = 0; ; steps += 1) {
    try {
      await work(dyingAfter(steps));
      return;
    } catch (error) {
      if (!(error instanceof Error && error.message === "the power went")) throw error;
    }
  }
}

describe("the changes of a layer", () => {
  test("make the one tree of the other, and taken back they leave it as it was", async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (before, after) => {
        using layered = new Layered(before, after);
        await layered.list();
        const was = layered.before();
        await layered.apply(dyingAfter(1e6));
        expect(snapshot(layered.lower)).toBe(layered.wanted());
        expect(await layered.undo(dyingAfter(1e6))).toEqual([]);
        expect(snapshot(layered.lower)).toBe(was);
      }),
      { numRuns: 50 },
    );
  });

  test("are applied, and taken back, the same when the power goes before any step", async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (before, after) => {
        using layered = new Layered(before, after);
        await layered.list();
        const was = layered.before();
        await withPowerCuts((files) => layered.apply(files));
        expect(snapshot(layered.lower)).toBe(layered.wanted());
        await withPowerCuts((files) => layered.undo(files));
        expect(snapshot(layered.lower)).toBe(was);
      }),
      { numRuns: 25 },
    );
  });

  test("can be taken back wherever applying them was cut off", async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, fc.nat(20), async (before, after, steps) => {
        using layered = new Layered(before, after);
        await layered.list();
        const was = layered.before();
        await layered.apply(dyingAfter(steps)).catch(() => {});
        await withPowerCuts((files) => layered.undo(files));
        expect(snapshot(layered.lower)).toBe(was);
      }),
      { numRuns: 40 },
    );
  });
});

const file = (content: string): Node => ({ kind: "file", content, mode: 0o644 });
const folder = (entries: Tree): Node => ({ kind: "folder", mode: 0o755, entries });

describe("a file that somebody else has changed", () => {
  test("between the list and its turn: nothing is applied, and the reason names the file", async () => {
    using layered = new Layered({ a: file("old"), b: file("old") }, { a: file("new"), b: file("new") });
    await layered.list();
    writeFileSync(join(layered.lower, "b"), "of somebody else");
    const was = layered.before();
    await expect(layered.apply()).rejects.toThrow(`${layered.lower}/b was changed by somebody else meanwhile`);
    expect(await layered.undo()).toEqual([]);
    expect(snapshot(layered.lower)).toBe(was);
  });

  test("made where the script made one: nothing is applied", async () => {
    using layered = new Layered({}, { a: file("new") });
    await layered.list();
    writeFileSync(join(layered.lower, "a"), "of somebody else");
    await expect(layered.apply()).rejects.toMatchObject({ code: "E_UNDO" });
  });

  test("after it was applied: the original comes back, and the changed one is kept and named", async () => {
    using layered = new Layered({ a: file("old") }, { a: file("new"), b: file("new"), c: folder({ d: file("new") }) });
    await layered.list();
    const was = layered.before();
    await layered.apply();
    writeFileSync(join(layered.lower, "a"), "changed a");
    writeFileSync(join(layered.lower, "b"), "changed b");
    writeFileSync(join(layered.lower, "c/e"), "put beside");
    const names = ["a", "b", "c/e"];
    expect(await layered.undo()).toEqual(
      names.map(
        (name) =>
          `${layered.lower}/${name}: was changed after the install; that content is kept as ${layered.home}/kept/${name}`,
      ),
    );
    expect(snapshot(layered.lower)).toBe(was);
    expect(snapshot(`${layered.home}/kept`)).toContain("changed a");
  });
});

test("further names of a file that is replaced and restored are those of the same file again", async () => {
  using layered = new Layered({ a: file("old"), b: file("gone") }, { a: file("new"), b: file("gone") });
  rmSync(join(layered.lower, "b"));
  linkSync(join(layered.lower, "a"), join(layered.lower, "b"));
  await layered.list();
  await layered.apply();
  await layered.undo();
  const [a, b] = [await exactFiles.stat(`${layered.lower}/a`), await exactFiles.stat(`${layered.lower}/b`)];
  expect(a?.inode).toBe(b?.inode);
});

test("a file whose name is not UTF-8 is replaced and restored", async () => {
  using layered = new Layered({}, {});
  const touch = (path: string, content: string) =>
    execFileSync("/bin/sh", ["-c", `printf ${content} > "$0/$(printf 'caf\\351')"`, path]);
  touch(layered.lower, "old");
  touch(`${layered.home}/upper`, "new");
  const was = layered.before();
  await layered.list();
  await layered.apply();
  expect(snapshot(layered.lower)).not.toBe(was);
  await layered.undo();
  expect(snapshot(layered.lower)).toBe(was);
});
