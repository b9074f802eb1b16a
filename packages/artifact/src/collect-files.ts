import { join } from "node:path";
import type { FileStat, TreeFiles } from "@gateway-engine/core/files";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { globToRegExp } from "./glob.ts";

/** A file, folder or link that goes into a package. */
export interface CollectedFile {
  /** Relative to the current folder, and so in the package. */
  readonly path: string;
  readonly stat: FileStat;
}

export interface FileSelection {
  readonly folder: string;
  /** A pattern that matches a folder takes everything in it. */
  readonly includes: readonly string[];
  /** A pattern without "/" matches at any depth; one that matches a folder leaves out everything in it. */
  readonly excludes: readonly string[];
}

/** @returns what the patterns select, sorted by path; or the include that selects nothing */
export async function collectFiles(
  files: TreeFiles,
  { folder, includes, excludes }: FileSelection,
): Promise<Result<readonly CollectedFile[], string>> {
  const found: CollectedFile[] = [];
  for await (const file of walk(files, folder, "", excludes.map(excluder))) found.push(file);
  const wanted = includes.map((pattern) => ({ pattern, matches: includer(pattern) }));
  const idle = wanted.find(({ matches }) => !found.some(({ path }) => matches(path)));
  if (idle !== undefined) return fail(idle.pattern);
  return ok(found.filter(({ path }) => wanted.some(({ matches }) => matches(path))));
}

type PathTest = (path: string) => boolean;

/** Excluded folders are not even looked into. Links are not followed. */
async function* walk(
  files: TreeFiles,
  top: string,
  below: string,
  excluded: readonly PathTest[],
): AsyncGenerator<CollectedFile> {
  for (const name of await files.list(join(top, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (excluded.some((test) => test(path))) continue;
    const stat = await files.stat(join(top, path));
    if (stat === undefined) continue;
    yield { path, stat };
    if (stat.kind === "folder") yield* walk(files, top, path, excluded);
  }
}

/** Matches the path itself or a folder above it. */
function includer(pattern: string): PathTest {
  const expression = globToRegExp(tidy(pattern));
  const all = tidy(pattern) === "";
  return (path) => {
    const segments = path.split("/");
    return all || segments.some((_, index) => expression.test(segments.slice(0, index + 1).join("/")));
  };
}

function excluder(pattern: string): PathTest {
  const expression = globToRegExp(tidy(pattern));
  if (tidy(pattern).includes("/")) return (path) => expression.test(path);
  return (path) => expression.test(path.slice(path.lastIndexOf("/") + 1));
}

/** `./bin//run/` is `bin/run`, `.` is empty. */
function tidy(pattern: string): string {
  return pattern
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
}
