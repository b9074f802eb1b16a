import { join } from "node:path";
import type { Gaps } from "./gaps.ts";
import type { SystemFiles } from "./system-tree.ts";

export interface AppHardwareDeps {
  readonly files: SystemFiles;
  /** The folder that applications write into. */
  readonly folder: string;
  readonly gaps: Gaps;
}

/**
 * What applications say of the hardware that they look after: of each file `<application>.json` the JSON object in it.
 *
 * One that cannot be used is named as a gap, without any of what is in it. Links are not followed: they would let an application
 * show a file that it may not read itself.
 *
 * @see docs/guides/report-your-hardware.md
 */
export async function readAppHardware({
  files,
  folder,
  gaps,
}: AppHardwareDeps): Promise<Readonly<Record<string, object>>> {
  const found: [string, object][] = [];
  let room = MOST_BYTES_OF_ALL;
  for (const file of await namesIn(files, folder, gaps)) {
    const what = `hardware.apps.${file.slice(0, LONGEST_NAME)}`;
    const said = await readOne(files, folder, file);
    if (typeof said === "string") {
      gaps.add(what, said);
      continue;
    }
    const bytes = Buffer.byteLength(JSON.stringify(said));
    if (bytes > room) {
      gaps.add(what, `applications have ${MOST_BYTES_OF_ALL} bytes between them`);
      continue;
    }
    room -= bytes;
    found.push([file.slice(0, -SUFFIX.length), said]);
  }
  return Object.fromEntries(found);
}

/** Names with a dot in front are files on their way: written, then renamed. */
async function namesIn(files: SystemFiles, folder: string, gaps: Gaps): Promise<readonly string[]> {
  try {
    return (await files.list(folder))
      .filter((name) => name.endsWith(SUFFIX) && !name.startsWith("."))
      .slice(0, MOST_FILES);
  } catch {
    gaps.add("hardware.apps", "cannot be read");
    return [];
  }
}

/** @returns the object, or why there is none */
async function readOne(files: SystemFiles, folder: string, file: string): Promise<object | string> {
  if (!APP_NAME.test(file.slice(0, -SUFFIX.length))) return "not a name of an application";
  try {
    const path = join(folder, file);
    const found = await files.stat(path);
    if (found === undefined) return "went away";
    if (found.kind !== "file") return "not a file";
    if (found.size > MOST_BYTES_OF_ONE) return `more than ${MOST_BYTES_OF_ONE} bytes`;
    const value: unknown = JSON.parse((await files.readText(path)) ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : "not a JSON object";
  } catch (error) {
    return error instanceof SyntaxError ? "not JSON" : "cannot be read";
  }
}

const SUFFIX = ".json";
const APP_NAME = /^[\w.-]{1,64}$/;
const LONGEST_NAME = 70;
const MOST_FILES = 64;
const MOST_BYTES_OF_ONE = 4096;
const MOST_BYTES_OF_ALL = 16_384;
