/** What the cases of this run have tried: one file a daemon, in a folder that each run begins anew. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import type { CatalogueItem } from "./catalogue.ts";
import type { DaemonKind } from "./kinds.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Set by `coverage-folder.ts`. */
    readonly blackBoxCoverage: string;
  }
}

export function noteCovered(daemon: DaemonKind["name"], items: readonly CatalogueItem[]): void {
  appendFileSync(notesOf(daemon), items.map((item) => `${item}\n`).join(""));
}

export function coveredItems(daemon: DaemonKind["name"]): ReadonlySet<string> {
  const notes = notesOf(daemon);
  return new Set(existsSync(notes) ? readFileSync(notes, "utf8").split("\n") : []);
}

function notesOf(daemon: DaemonKind["name"]): string {
  return join(inject("blackBoxCoverage"), daemon);
}
