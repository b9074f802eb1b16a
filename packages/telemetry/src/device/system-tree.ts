import { basename, join } from "node:path";
import type { FileStat, TreeFiles } from "@gateway-engine/core/files";
import type { Gaps } from "./gaps.ts";

export type SystemFiles = Pick<TreeFiles, "readText" | "list" | "stat" | "readLink">;

/**
 * `/proc`, `/sys` and `/etc` below a folder that plays `/`. Symbolic links are followed inside of that folder, as the kernel
 * follows them below a real `/`. Nothing here throws: what is missing is undefined, what cannot be read is a gap besides.
 *
 * Paths are written without the leading slash, `sys/class/rtc`. A tree is for one report: it remembers what it has seen.
 */
export class SystemTree {
  readonly gaps: Gaps;
  readonly #files: SystemFiles;
  readonly #root: string;
  /** Of the folders that many paths have in common each is asked for once. */
  readonly #asked = new Map<string, Promise<FileStat | undefined>>();

  constructor(files: SystemFiles, root: string, gaps: Gaps) {
    this.#files = files;
    this.#root = root;
    this.gaps = gaps;
  }

  /** The words of a file: on one line, without control characters, at most `LONGEST_WORDS` long. */
  async words(path: string): Promise<string | undefined> {
    const text = await this.text(path);
    const words = text === undefined ? "" : oneLine(text);
    return words === "" ? undefined : words;
  }

  /** The whole number in a file, in decimal or with `0x`. What is no number is a gap. */
  async number(path: string): Promise<number | undefined> {
    const words = await this.words(path);
    if (words === undefined || /^(-?\d+|0x[\da-f]+)$/i.test(words))
      return words === undefined ? undefined : Number(words);
    this.gaps.add(path, "not a number");
    return undefined;
  }

  text(path: string): Promise<string | undefined> {
    return this.#attempt(path, async () => {
      const file = await this.#resolve(path);
      return file === undefined ? undefined : this.#files.readText(join(this.#root, file));
    });
  }

  /** Names in a folder, sorted; empty when there is no such folder. */
  async list(path: string): Promise<readonly string[]> {
    const names = await this.#attempt(path, async () => {
      const folder = await this.#resolve(path);
      return folder === undefined ? [] : this.#files.list(join(this.#root, folder));
    });
    return names ?? [];
  }

  /** What stands at `path` once links are followed. */
  stat(path: string): Promise<FileStat | undefined> {
    return this.#attempt(path, async () => {
      const found = await this.#resolve(path);
      return found === undefined ? undefined : this.#files.stat(join(this.#root, found));
    });
  }

  async has(path: string): Promise<boolean> {
    return (await this.stat(path)) !== undefined;
  }

  /** The name of what a link leads to; the kernel tells a device's driver so. Undefined when there is no such file. */
  async linkedName(path: string): Promise<string | undefined> {
    const target = await this.#attempt(path, () => this.#resolve(path));
    return target === undefined ? undefined : basename(target);
  }

  async #attempt<Value>(path: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    try {
      return await read();
    } catch {
      this.gaps.add(path, "cannot be read");
      return undefined;
    }
  }

  #entry(path: string): Promise<FileStat | undefined> {
    const entry = this.#asked.get(path) ?? this.#files.stat(path);
    this.#asked.set(path, entry);
    return entry;
  }

  /** Where `path` leads to, without links; undefined when nothing is there or links run in a circle. */
  async #resolve(path: string): Promise<string | undefined> {
    const ahead = path.split("/").reverse();
    const behind: string[] = [];
    let links = 0;
    for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        behind.pop();
        continue;
      }
      const here = join(this.#root, ...behind, part);
      const found = await this.#entry(here);
      if (found === undefined) return undefined;
      if (found.kind !== "link") {
        behind.push(part);
        continue;
      }
      links += 1;
      if (links > MOST_LINKS) return undefined;
      const target = await this.#files.readLink(here);
      if (target.startsWith("/")) behind.length = 0;
      ahead.push(...target.split("/").reverse());
    }
    return behind.join("/");
  }
}

/** Text of a kernel, a device or an application as it may stand in a report. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\s*[\p{Cc}\p{Zl}\p{Zp}][\p{Cc}\p{Zl}\p{Zp}\s]*/gu, " ")
    .trim()
    .slice(0, LONGEST_WORDS)
    .trim();
}

const LONGEST_WORDS = 96;
/** As many as Linux follows. */
const MOST_LINKS = 40;
