/**
 * The entries of an archive as one tree: no path twice, nothing below a file or a link, and no link that leads out.
 */
import { canonical, quoted } from "./deceptive-text.ts";
import { foldersAbove, type PackageEntry } from "./package-entry.ts";

/** Collects the entries as they come, and judges the links once all are known: one may point to a later entry. */
export class PackageTree {
  readonly #entries = new Map<string, PackageEntry>();
  /** Folders that something lies in, whether or not the archive lists them. */
  readonly #parents = new Set<string>();
  /** Paths that could be written in another way, by the one way that stands for all. */
  readonly #ways = new Map<string, string>();

  get entries(): readonly PackageEntry[] {
    return [...this.#entries.values()];
  }

  /** @returns what is wrong with adding `entry`, if anything. A folder may be listed again. */
  add(entry: PackageEntry): string | undefined {
    const { path, kind } = entry;
    const earlier = this.#entries.get(path);
    if (earlier !== undefined && !(earlier.kind === "folder" && kind === "folder")) {
      return `"${path}" is in the archive twice`;
    }
    if (kind !== "folder" && this.#parents.has(path)) return `"${path}" is a folder and a ${kind} at once`;
    for (const above of foldersAbove(path)) {
      if ((this.#entries.get(above)?.kind ?? "folder") !== "folder") {
        return `"${path}" lies below "${above}", which is not a folder`;
      }
      this.#parents.add(above);
    }
    const sameName = this.#otherWay(path);
    if (sameName !== undefined) return `"${path}" and "${sameName}" are the same name, written in two ways`;
    this.#entries.set(path, entry);
    return undefined;
  }

  /** @returns the first link that is not sound, if there is one; asked when the archive has been read */
  problem(): string | undefined {
    for (const entry of this.#entries.values()) {
      const linkProblem = this.#linkProblem(entry);
      if (linkProblem !== undefined) return linkProblem;
    }
    return undefined;
  }

  /** The file that a hard link stands for; a hard link may name another one. Undefined: there is no such file. */
  hardLinkedFile(entry: PackageEntry): PackageEntry | undefined {
    let current: PackageEntry | undefined = entry;
    for (let hops = 0; current?.kind === "hardlink" && hops < MAX_HOPS; hops += 1) {
      current = this.#entries.get(current.target ?? "");
    }
    return current?.kind === "file" ? current : undefined;
  }

  /**
   * The folder that holds the package's own files: the archive's top, or the one folder everything is in.
   *
   * @returns empty for the top
   */
  contentRoot(): string {
    const tops = new Set([...this.#entries.keys()].map((path) => path.split("/")[0] ?? ""));
    const [top] = tops;
    if (tops.size !== 1 || top === undefined) return "";
    const kind = this.#entries.get(top)?.kind ?? "folder";
    return kind === "folder" ? top : "";
  }

  #otherWay(path: string): string | undefined {
    if (/^[\x00-\x7f]*$/.test(path)) return undefined;
    const way = canonical(path);
    const known = this.#ways.get(way);
    this.#ways.set(way, path);
    return known === path ? undefined : known;
  }

  #linkProblem(entry: PackageEntry): string | undefined {
    const target = entry.target ?? "";
    if (entry.kind === "hardlink") {
      if (this.hardLinkedFile(entry) !== undefined) return undefined;
      return `the hard link "${entry.path}" points to ${quoted(target)}, which is no file here`;
    }
    if (entry.kind !== "symlink") return undefined;
    if (target === "" || /[\x00-\x1f\x7f]/.test(target) || Buffer.byteLength(target) > MAX_TARGET_BYTES) {
      return `the link "${entry.path}" has no usable target`;
    }
    switch (this.#walk(entry.path.split("/").slice(0, -1), target)) {
      case "inside":
        return undefined;
      case "outside":
        return `the link "${entry.path}" points out of the package, to ${quoted(target)}`;
      case "endless":
        return `the link "${entry.path}" leads in a circle`;
    }
  }

  /** Follows a link's target the way the kernel does: part by part, through every link on the way. */
  #walk(from: readonly string[], target: string): "inside" | "outside" | "endless" {
    if (target.startsWith("/")) return "outside";
    const at = [...from];
    const ahead = target.split("/");
    let hops = 0;
    for (let segment = ahead.shift(); segment !== undefined; segment = ahead.shift()) {
      if (segment === "" || segment === ".") continue;
      if (segment === "..") {
        if (at.pop() === undefined) return "outside";
        continue;
      }
      at.push(segment);
      const found = this.#entries.get(at.join("/"));
      if (found?.kind !== "symlink") continue;
      hops += 1;
      if (hops > MAX_HOPS || ahead.length > MAX_SEGMENTS_AHEAD) return "endless";
      if (found.target?.startsWith("/")) return "outside";
      at.pop();
      ahead.unshift(...(found.target ?? "").split("/"));
    }
    return "inside";
  }
}

/** As many links in a row as the kernel follows. */
const MAX_HOPS = 40;

/** What Linux takes as a link's target. */
const MAX_TARGET_BYTES = 4095;

/** Links whose targets grow at every hop could keep the reader busy for long. */
const MAX_SEGMENTS_AHEAD = 4096;
