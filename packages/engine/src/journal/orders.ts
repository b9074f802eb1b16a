/** What the engine was told to do, one row of the journal each. */
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import type { SqlRow, SqlValue } from "@gateway-engine/core/sql";
import type { ActionVerb, EngineOrder, InstallOrder } from "@gateway-engine/protocol/engine-orders";
import { number, text, textOrUndefined } from "./rows.ts";

/** Where a command came from: the alias `engine_fetch`, or somebody on the gateway. */
export type CommandSource = "cloud" | "local";

interface Received {
  readonly id: string;
  readonly commandSource: CommandSource;
  /** Name of the deployment this belongs to. */
  readonly deployment?: string;
}

/** An application's way to another version. */
export interface Install extends InstallOrder, Received {
  /** `rollback`: to the release that was in force before; `name` is then the application's. */
  readonly verb: "install" | "rollback";
  /** Absolute path of the package's file, when it does not come from the server. */
  readonly source?: string;
}

/** Anything else. */
export interface Action extends Received {
  readonly verb: ActionVerb;
  /** The application's name; the command of a `run`; empty for a `reboot`. */
  readonly name: string;
  /** `uninstall`: the application's data goes too. */
  readonly purge: boolean;
  /** `uninstall`: also when others depend on it. */
  readonly force: boolean;
  /** `run`: time limit in seconds. */
  readonly timeout?: number;
}

export type Order = Install | Action;

/** A package that lies on the gateway. */
export interface LocalOrder {
  readonly verb: "install";
  readonly name: string;
  readonly source: string;
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

export const INSTALL_VERBS: readonly string[] = ["install", "rollback"] satisfies Install["verb"][];

export const ACTION_VERBS: readonly string[] = Object.keys({
  uninstall: true,
  restart: true,
  stop: true,
  start: true,
  reboot: true,
  run: true,
} satisfies Record<ActionVerb, true>);

/** What an order is called in logs and lists: an install by its package, everything else by what is done to what. */
export function titleOf({ verb, name }: { readonly verb: string; readonly name: string }): string {
  return verb === "install" ? name : `${verb} ${name}`.trimEnd();
}

/** The verb of an order, and what it is about: an application, a command, or nothing. */
export function orderedThing(order: EngineOrder | LocalOrder): Pick<Order, "verb" | "name"> {
  if (order.verb === "run") return { verb: "run", name: order.command };
  return { verb: order.verb, name: order.verb === "reboot" ? "" : order.name };
}

/** The values of the columns name, verb, app, argument, source, sha256, size and deployment. */
export function orderColumns(order: EngineOrder | LocalOrder): readonly SqlValue[] {
  const deployment = "deployment" in order ? (order.deployment ?? null) : null;
  switch (order.verb) {
    case "install": {
      const { name, source, sha256, size }: Partial<LocalOrder> & InstallOrder = order;
      const parsed = parsePackageName(name);
      const app = parsed.ok ? parsed.value.name : null;
      return [name, "install", app, null, source ?? null, sha256 ?? null, size ?? null, deployment];
    }
    case "uninstall": {
      const { name, purge = false, force = false } = order;
      return [name, "uninstall", name, JSON.stringify({ purge, force }), null, null, null, deployment];
    }
    case "run":
      return [order.command, "run", null, JSON.stringify({ timeout: order.timeout }), null, null, null, deployment];
    case "reboot":
      return ["", "reboot", null, null, null, null, null, deployment];
    default:
      return [order.name, order.verb, order.name, null, null, null, null, deployment];
  }
}

export function toInstall(row: SqlRow): Install {
  const source = textOrUndefined(row, "source");
  const sha256 = textOrUndefined(row, "sha256");
  return {
    ...received(row),
    verb: text(row, "verb") === "rollback" ? "rollback" : "install",
    name: text(row, "name"),
    ...(source === undefined ? {} : { source }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(row["size"] === null ? {} : { size: number(row, "size") }),
  };
}

export function toAction(row: SqlRow): Action {
  const argument: Partial<Pick<Action, "purge" | "force" | "timeout">> = JSON.parse(
    textOrUndefined(row, "argument") ?? "{}",
  );
  return {
    ...received(row),
    verb: text(row, "verb") as ActionVerb,
    name: text(row, "name"),
    purge: argument.purge ?? false,
    force: argument.force ?? false,
    ...(argument.timeout === undefined ? {} : { timeout: argument.timeout }),
  };
}

function received(row: SqlRow): Received {
  const deployment = textOrUndefined(row, "deployment");
  return {
    id: text(row, "id"),
    commandSource: text(row, "command_source") === "local" ? "local" : "cloud",
    ...(deployment === undefined ? {} : { deployment }),
  };
}
