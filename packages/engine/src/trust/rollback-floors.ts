import { PackageError } from "@gateway-engine/core/errors";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { number } from "../journal/rows.ts";

/** Below which sequence packages of an application are taken no more. A floor is only ever raised. */
export class RollbackFloors {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  /** @returns undefined when every package is taken */
  of(app: string): number | undefined {
    const row = this.#database.get("SELECT floor FROM rollback_floors WHERE app = ?", [app]);
    return row === undefined ? undefined : number(row, "floor");
  }

  raise(app: string, floor: number): void {
    this.#database.run(
      `INSERT INTO rollback_floors (app, floor) VALUES (?, ?)
       ON CONFLICT (app) DO UPDATE SET floor = max(floor, excluded.floor)`,
      [app, floor],
    );
  }
}

export interface Descent {
  /** The package's file name, or another that a person knows it by. */
  readonly name: string;
  readonly app: string;
  /** Undefined: it is not signed. */
  readonly sequence: number | undefined;
}

/** @param floor as `RollbackFloors.of` has it @throws PackageError E_SIGNATURE_OLD for what lies below it */
export function checkFloor({ name, app, sequence }: Descent, floor: number | undefined): void {
  if (floor === undefined || (sequence !== undefined && sequence >= floor)) return;
  const problem = sequence === undefined ? "is not signed" : `has the sequence ${sequence}`;
  throw new PackageError("E_SIGNATURE_OLD", { name, app, floor, problem });
}
