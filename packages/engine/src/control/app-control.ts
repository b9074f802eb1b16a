import type { Environment } from "../environment.ts";
import type { ControlClient } from "./control-client.ts";

/** What somebody on the gateway may ask and order about applications. */
export type AppControl = Pick<ControlClient, "apps">;

export interface AppControlOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Takes the lines of the log, when this process does the work. */
  readonly write: (text: string) => void;
}
