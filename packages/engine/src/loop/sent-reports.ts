import { createHash } from "node:crypto";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { ReportAlias } from "@gateway-engine/protocol/report-policy";
import type { MadeReport, SentReport } from "@gateway-engine/telemetry/policy/due-reports";
import { number, text } from "../journal/rows.ts";

/** The reports that the server has acknowledged, one an alias. Where one is missing, a full report makes up for it. */
export class SentReports {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  all(): readonly SentReport[] {
    return this.#database.all("SELECT alias, value, at, epoch FROM sent_reports").map((row) => ({
      alias: text(row, "alias") as ReportAlias,
      value: text(row, "value"),
      at: number(row, "at"),
      epoch: text(row, "epoch"),
    }));
  }

  /** To be called before they are sent: if no answer comes, nobody knows which value the server has. */
  forget(reports: readonly MadeReport[]): void {
    this.#database.transaction(() => {
      for (const { alias } of reports) this.#database.run("DELETE FROM sent_reports WHERE alias = ?", [alias]);
    });
  }

  remember(reports: readonly SentReport[]): void {
    this.#database.transaction(() => {
      for (const { alias, value, at, epoch } of reports) {
        this.#database.run("INSERT OR REPLACE INTO sent_reports (alias, value, at, epoch) VALUES (?, ?, ?, ?)", [
          alias,
          value,
          at,
          epoch,
        ]);
      }
    });
  }

  /** Another one for another CIK, another server, another release of the engine, and after each order that has ended. */
  epoch(cik: string, server: string, version: string): string {
    const ended = this.#database.get("SELECT max(ended_at) AS at FROM installs")?.["at"] ?? "";
    return createHash("sha256").update([cik, server, version, ended].join("\n")).digest("hex").slice(0, 16);
  }
}
