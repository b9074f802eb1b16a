import type { Chapter } from "./catalogue.ts";

export interface Covered {
  /** Of the daemon. */
  readonly name: string;
  readonly items: ReadonlySet<string>;
}

/** A line a chapter: how many of its items each daemon was tried with, and which are missing. */
export function coverageTable(chapters: readonly Chapter[], daemons: readonly Covered[]): string {
  const rows = chapters.map(({ heading, items }) => [heading, ...daemons.map((daemon) => cell(items, daemon))]);
  const all = chapters.flatMap(({ items }) => items);
  return formatTable([
    ["", ...daemons.map(({ name }) => name)],
    ...rows,
    ["altogether", ...daemons.map((daemon) => count(all, daemon))],
  ]);
}

function cell(items: readonly string[], daemon: Covered): string {
  const missing = items.filter((item) => !daemon.items.has(item));
  return [count(items, daemon), ...missing.map((item) => `MISSING ${item}`)].join(", ");
}

function count(items: readonly string[], daemon: Covered): string {
  return `${items.filter((item) => daemon.items.has(item)).length} of ${items.length}`;
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
