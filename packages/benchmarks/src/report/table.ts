/** The rows of a run as a table of plain text: a column a peer, in brackets how many times the first one's figure it is. */
import type { Row, Value } from "../measurement.ts";
import { describeTarget, verdictOf } from "./verdict.ts";

/** @param peers the columns; the first is the one with the targets */
export function formatTable(rows: readonly Row[], peers: readonly string[]): string {
  const [own = "", ...others] = peers;
  const lines = rows.flatMap((row) => linesOf(row, own, others));
  return alignColumns([["", ...peers, "target", ""], ...lines]);
}

/** The figures; beside them the targets, one below the other. */
function linesOf(row: Row, own: string, others: readonly string[]): readonly (readonly string[])[] {
  const figures = [
    `${row.figure} (${row.unit})`,
    formatValue(row.values.get(own)),
    ...others.map(
      (peer) => `${formatValue(row.values.get(peer))}${formatRatio(row.values.get(peer), row.values.get(own))}`,
    ),
  ];
  const [first, ...further] = row.targets.map((target) => [
    describeTarget(target, row.unit),
    verdictOf(own, target, row.values),
  ]);
  return [[...figures, ...(first ?? ["", ""])], ...further.map((target) => [...figures.map(() => ""), ...target])];
}

function formatValue(value: Value | undefined): string {
  if (value === undefined) return "-";
  if (typeof value === "number") return formatNumber(value);
  return "none" in value ? value.none : `> ${formatNumber(value.moreThan)}`;
}

function formatRatio(value: Value | undefined, own: Value | undefined): string {
  return typeof value === "number" && typeof own === "number" && own > 0 ? ` [x${formatNumber(value / own)}]` : "";
}

/** Three digits that count, and no more. */
export function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 100 || value === 0) return value.toFixed(0);
  if (magnitude >= 10) return value.toFixed(1);
  return magnitude >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** The first column to the left, the others to the right. */
function alignColumns(lines: readonly (readonly string[])[]): string {
  const columns = Math.max(...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => `${line.map(pad).join("  ").trimEnd()}\n`).join("");
}
