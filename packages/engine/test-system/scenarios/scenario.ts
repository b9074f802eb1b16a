/** A row of the table: what is done to a gateway, and what has to come of it, wherever it is. */
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { Version } from "./application.ts";
import type { Environment } from "./environment.ts";

export interface Scenario {
  readonly what: string;
  /** Of version 1, which is installed before; none without it. */
  readonly before?: Version | undefined;
  /** Of version 2, which is installed before the order is given, too. */
  readonly upgradedTo?: Version;
  readonly order: Order;
  /** The state in which the engine is killed, once. */
  readonly cut?: Cut;
  readonly ends: Ending;
  /** Whom its files belong to; without it, as the gateway's. */
  readonly account?: string;
  /** Where it can be played; everywhere without it. */
  readonly where?: (environment: Environment) => boolean;
}

export type Order =
  | { readonly verb: "install"; readonly version: Version }
  | { readonly verb: "install"; readonly oneOff: string }
  | { readonly verb: "rollback" | "uninstall" };

export interface Cut {
  readonly state: "installing" | "applying" | "switching" | "probation" | "rolling-back";
  /** The machine restarts. */
  readonly reboots?: boolean;
}

export interface Ending {
  readonly status: FetchStatus["status"];
  readonly state: string;
  readonly code?: string;
  /** The version that runs then; none without it. */
  readonly runs?: string;
  /** The program that ran is still the same process. */
  readonly isUntouched?: boolean;
  readonly files: "as before" | "as in the beginning" | "as the script makes them";
  /** A line that the report has among its checks. */
  readonly warns?: string;
  /** More that has to hold. @returns what does not, one line each */
  readonly also?: (scene: Scene) => readonly string[];
}

/** Where a scenario was played. */
export interface Scene {
  readonly root: string;
  readonly app: string;
}
