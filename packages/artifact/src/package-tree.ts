/**
 * The entries of an archive as one tree: no path twice, nothing below a file or a link, and no link that leads out.
 */
import { foldersAbove, type PackageEntry } from "./package-entry.ts";

/** Collects the entries as they come, and judges the whole once all are known: a link may point to a later entry. */
export class PackageTree {
  readonly #entries = new Map<string, PackageEntry>();

  get entries(): readonly PackageEntry[] {
    return [...this.#entries.values()];
  }

  /** @returns what is wrong with adding `entry`, if anything. A folder may be listed again. */
  add(entry: PackageEntry): string | undefined {
    const earlier = this.#entries.get(entry.path);
    if (earlier !== undefined && !(earlier.kind === "folder" && entry.kind === "folder")) {
      return `"${entry.path}" is in the archive twice`;
    }
    this.#entries.set(entry.path, entry);
    return undefined;
  }

  /** @returns the first problem of the finished tree, if there is one */
  problem(): string | undefined {
    for (const entry of this.#entries.values()) {
      const above = foldersAbove(entry.path).find((path) => (this.#entries.get(path)?.kind ?? "folder") !== "folder");
      if (above !== undefined) return `"${entry.path}" lies below "${above}", which is not a folder`;
      const linkProblem = this.#linkProblem(entry);
      if (linkProblem !== undefined) return linkProblem;
    }
    return undefined;
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

  #linkProblem(entry: PackageEntry): string | undefined {
    const target = entry.target ?? "";
    if (entry.kind === "hardlink") {
      const file = this.#hardLinkedFile(entry);
      return file === undefined
        ? `the hard link "${entry.path}" points to "${target}", which is no file here`
        : undefined;
    }
    if (entry.kind !== "symlink") return undefined;
    if (target === "" || /[\x00-\x1f\x7f]/.test(target)) return `the link "${entry.path}" has no usable target`;
    const above = entry.path.split("/").slice(0, -1);
    switch (this.#walk(above, target)) {
      case "inside":
        return undefined;
      case "outside":
        return `the link "${entry.path}" points out of the package, to "${target}"`;
      case "endless":
        return `the link "${entry.path}" leads in a circle`;
    }
  }

  #hardLinkedFile(entry: PackageEntry): PackageEntry | undefined {
    let current: PackageEntry | undefined = entry;
    for (let hops = 0; current?.kind === "hardlink" && hops < MAX_HOPS; hops += 1) {
      current = this.#entries.get(current.target ?? "");
    }
    return current?.kind === "file" ? current : undefined;
  }

  /** Follows a link's target the way the kernel does: part by part, through every link on the way. */
  #walk(from: readonly string[], target: string): "inside" | "outside" | "endless" {
    const at = [...from];
    const ahead = target.split("/");
    if (target.startsWith("/")) return "outside";
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
      if (hops > MAX_HOPS) return "endless";
      if (found.target?.startsWith("/")) return "outside";
      at.pop();
      ahead.unshift(...(found.target ?? "").split("/"));
    }
    return "inside";
  }
}

/** As many links in a row as the kernel follows. */
const MAX_HOPS = 40;
