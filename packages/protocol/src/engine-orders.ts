/**
 * What an engine can be told to do, by the cloud or by somebody on the gateway.
 *
 * @see docs/reference/aliases.md#engine_fetch
 */

interface Deployed {
  /** Name of the deployment this belongs to, given back in every report of it. */
  readonly deployment?: string;
}

/** One package to install. */
export interface InstallOrder extends Deployed {
  /** File name in the content area, `<name>.v<version>.tar.gz`. */
  readonly name: string;
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

/** Something to be done with an installed application. */
export interface AppOrder extends Deployed {
  readonly verb: "rollback" | "restart" | "stop" | "start";
  /** The application's name. */
  readonly name: string;
}

export interface UninstallOrder extends Deployed {
  readonly verb: "uninstall";
  /** The application's name. */
  readonly name: string;
  /** Its data goes too. */
  readonly purge?: boolean;
  /** Also when other applications depend on it. */
  readonly force?: boolean;
}

export interface RebootOrder extends Deployed {
  readonly verb: "reboot";
}

export interface RunOrder extends Deployed {
  readonly verb: "run";
  /** For `/bin/sh -c`. */
  readonly command: string;
  /** Seconds. */
  readonly timeout?: number;
}

export type EngineOrder =
  | ({ readonly verb: "install" } & InstallOrder)
  | AppOrder
  | UninstallOrder
  | RebootOrder
  | RunOrder;

export type EngineVerb = EngineOrder["verb"];

/** What is no way to another version. */
export type ActionVerb = Exclude<EngineVerb, "install" | "rollback">;

/** At most so many things to do in one command. */
export const MAX_ORDERS = 100;

/** Longest text of a `run`, in characters. */
export const MAX_RUN_COMMAND = 8000;

/** Longest time limit of a `run`, in seconds. */
export const MAX_RUN_SECONDS = 3600;
