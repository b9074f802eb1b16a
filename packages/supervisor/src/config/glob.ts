/** Shell patterns over a file system, as Python's `glob` reads them: `*`, `?` and `[...]` in any part of a path. */

export interface FolderReader {
  /** Names in a folder; empty when there is none. */
  readonly list: (folder: string) => readonly string[];
  readonly exists: (path: string) => boolean;
}

/**
 * @param pattern absolute
 * @returns what exists and matches, sorted
 */
export function expandPattern(pattern: string, { list, exists }: FolderReader): readonly string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  let found: readonly string[] = [""];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (isPattern(part)) {
      const matches = matcher(part);
      found = found.flatMap((folder) =>
        list(folder === "" ? "/" : folder)
          .filter(matches)
          .map((name) => `${folder}/${name}`),
      );
    } else {
      found = found.map((folder) => `${folder}/${part}`).filter((path) => !isLast || exists(path));
    }
  }
  return [...found].sort();
}

function isPattern(part: string): boolean {
  return /[*?[]/.test(part);
}

/** A name that begins with a dot matches only a pattern that does. */
function matcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[*?]|[\\^$.|+(){}[\]]/g, translate);
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => (!name.startsWith(".") || pattern.startsWith(".")) && expression.test(name);
}

function translate(token: string, negated: string | undefined, members: string | undefined): string {
  if (members !== undefined) return `[${negated === "!" ? "^" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`;
  if (token === "*") return ".*";
  return token === "?" ? "." : `\\${token}`;
}
