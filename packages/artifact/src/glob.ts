/**
 * File name patterns of a buildfile: `*` and `?` match within one name, `**` across folders, `[abc]` one of several characters.
 * As in a shell, a pattern's `*` does not match a leading dot.
 */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  let rest = pattern;
  let atStart = true;
  while (rest !== "") {
    const [token, expression] = nextToken(rest, atStart);
    source += expression;
    rest = rest.slice(token.length);
    atStart = token.endsWith("/");
  }
  return new RegExp(`^${source}$`, "su");
}

/** @returns what was read of the pattern, and the regular expression for it */
function nextToken(rest: string, atStart: boolean): readonly [token: string, expression: string] {
  const noDot = atStart ? "(?!\\.)" : "";
  if (rest.startsWith("**/")) return ["**/", `(?:${noDot}[^/]+/)*`];
  if (rest.startsWith("**")) return ["**", `${noDot}.*`];
  if (rest.startsWith("*")) return ["*", `${noDot}[^/]*`];
  if (rest.startsWith("?")) return ["?", `${noDot}[^/]`];
  const set = /^\[(!?)([^\]/]+)\]/.exec(rest);
  if (set !== null) return [set[0], `${noDot}[${set[1] === "!" ? "^/" : ""}${escapeSet(set[2] ?? "")}]`];
  const [char = ""] = rest;
  return [char, char.replace(/[\\^$.*+?()[\]{}|/]/u, "\\$&")];
}

/** Ranges such as `a-z` stay, if they run forward; everything else stands for itself. */
function escapeSet(set: string): string {
  return [...set]
    .map((char, index, all) => {
      const [before = "", after = ""] = [all[index - 1], all[index + 1]];
      if (char === "-" && /[a-z0-9]/i.test(before) && /[a-z0-9]/i.test(after) && before <= after) return char;
      return char.replace(/[\\^\-[\]]/u, "\\$&");
    })
    .join("");
}
