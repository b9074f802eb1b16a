/** How commands show what they know: tables and times for people, JSON for scripts. */
import { formatLogTime } from "@gateway-engine/platform/logger";
import type { Terminal } from "./terminal.ts";

export function printJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Columns as wide as their longest cell, two spaces apart. */
export function printTable(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  for (const line of tableLines(rows)) terminal.out(`${line}\n`);
}

/** The same, as lines. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `2026-11-23 12:41:03`, in the time zone of the machine, as in the log. @param at milliseconds since 1970 */
export function timeOf(at: number): string {
  return formatLogTime(at).slice(0, "2026-11-23 12:41:03".length);
}
