/**
 * The commands that the cloud writes into `engine_fetch`.
 *
 * @see docs/reference/aliases.md#engine_fetch
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import {
  type AppOrder,
  type EngineOrder,
  type EngineVerb,
  MAX_ORDERS,
  MAX_RUN_COMMAND,
  MAX_RUN_SECONDS,
  type RebootOrder,
  type RunOrder,
  type UninstallOrder,
} from "./engine-orders.ts";

export interface EngineFetchCommand {
  /** In the order in which they are to be carried out. */
  readonly orders: readonly EngineOrder[];
}

/** @returns the command, or what is wrong with the text, for `fetch_status`; one thing that is wrong spoils the whole */
export function parseEngineFetch(text: string): Result<EngineFetchCommand, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    return fail(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isObject(parsed)) return fail(`expected an object like ${EXAMPLE}, got ${describe(parsed)}`);
  const orders: EngineOrder[] = [];
  for (const [verb, value] of Object.entries(parsed)) {
    if (!isVerb(verb)) return fail(`this release knows the verbs ${VERBS.join(", ")}, not "${verb}"`);
    const read = verb === "reboot" ? parseReboot(value) : parseList(verb, value);
    if (!read.ok) return read;
    orders.push(...read.value);
  }
  if (orders.length === 0) return fail(`expected an object like ${EXAMPLE}, got {}`);
  return orders.length > MAX_ORDERS ? fail(`the command has more than ${MAX_ORDERS} items`) : ok({ orders });
}

const EXAMPLE = '{"install": [{"name": "app.v1.tar.gz"}]}';

type Item = Readonly<Record<string, unknown>>;

/** Where an item stands, `install[0]`, and what it holds. */
type ItemParser = (item: Item, where: string) => Result<EngineOrder, string>;

const ITEM_PARSERS = {
  install: parseInstall,
  uninstall: parseUninstall,
  rollback: (item, where) => parseApp("rollback", item, where),
  restart: (item, where) => parseApp("restart", item, where),
  stop: (item, where) => parseApp("stop", item, where),
  start: (item, where) => parseApp("start", item, where),
  run: parseRun,
} as const satisfies Record<Exclude<EngineVerb, "reboot">, ItemParser>;

const VERBS: readonly string[] = [...Object.keys(ITEM_PARSERS), "reboot"];

function isVerb(text: string): text is EngineVerb {
  return VERBS.includes(text);
}

function parseList(verb: Exclude<EngineVerb, "reboot">, list: unknown): Result<readonly EngineOrder[], string> {
  if (!Array.isArray(list)) return fail(`"${verb}" must be a list like ${EXAMPLES[verb]}, got ${describe(list)}`);
  if (list.length === 0) return fail(`"${verb}" is an empty list`);
  const orders: EngineOrder[] = [];
  for (const [index, item] of list.entries()) {
    const where = `${verb}[${index}]`;
    if (!isObject(item)) return fail(`${where} must be an object like ${EXAMPLES[verb]}, got ${describe(item)}`);
    const order = ITEM_PARSERS[verb](item, where);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  return ok(orders);
}

const APP_EXAMPLE = '[{"name": "app"}]';
const EXAMPLES = {
  install: '[{"name": "app.v1.tar.gz"}]',
  uninstall: APP_EXAMPLE,
  rollback: APP_EXAMPLE,
  restart: APP_EXAMPLE,
  stop: APP_EXAMPLE,
  start: APP_EXAMPLE,
  run: '[{"command": "uptime"}]',
} as const;

function parseInstall(item: Item, where: string): Result<EngineOrder, string> {
  const { name, sha256, size, deployment } = item;
  if (typeof name !== "string" || name === "") return fail(`${where}.name must be a file name, got ${describe(name)}`);
  if (sha256 !== undefined && (typeof sha256 !== "string" || !/^[0-9a-fA-F]{64}$/.test(sha256))) {
    return fail(`${where}.sha256 must be 64 hexadecimal digits, got ${describe(sha256)}`);
  }
  if (size !== undefined && !(typeof size === "number" && Number.isSafeInteger(size) && size >= 0)) {
    return fail(`${where}.size must be a number of bytes, got ${describe(size)}`);
  }
  if (!isDeployment(deployment)) return fail(deploymentProblem(where, deployment));
  return ok({
    verb: "install",
    name,
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
    ...(size === undefined ? {} : { size }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

function parseApp(verb: AppOrder["verb"], item: Item, where: string): Result<AppOrder, string> {
  const { name, deployment } = item;
  if (!isAppName(name)) return fail(`${where}.name must be the name of an application, got ${describe(name)}`);
  if (!isDeployment(deployment)) return fail(deploymentProblem(where, deployment));
  return ok({ verb, name, ...(deployment === undefined ? {} : { deployment }) });
}

function parseUninstall(item: Item, where: string): Result<UninstallOrder, string> {
  const app = parseApp("stop", item, where);
  if (!app.ok) return app;
  const { purge, force } = item;
  if (!isFlag(purge)) return fail(`${where}.purge must be true or false, got ${describe(purge)}`);
  if (!isFlag(force)) return fail(`${where}.force must be true or false, got ${describe(force)}`);
  return ok({
    ...app.value,
    verb: "uninstall",
    ...(purge === undefined ? {} : { purge }),
    ...(force === undefined ? {} : { force }),
  });
}

function parseRun(item: Item, where: string): Result<RunOrder, string> {
  const { command, timeout, deployment } = item;
  const isText = typeof command === "string" && command.trim() !== "" && !command.includes("\0");
  if (!isText || command.length > MAX_RUN_COMMAND) {
    return fail(`${where}.command must be a text of at most ${MAX_RUN_COMMAND} characters, got ${describe(command)}`);
  }
  if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0 && timeout <= MAX_RUN_SECONDS)) {
    return fail(`${where}.timeout must be seconds, at most ${MAX_RUN_SECONDS}, got ${describe(timeout)}`);
  }
  if (!isDeployment(deployment)) return fail(deploymentProblem(where, deployment));
  return ok({
    verb: "run",
    command,
    ...(timeout === undefined ? {} : { timeout }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

/** `true`, or an object that names the deployment. */
function parseReboot(value: unknown): Result<readonly RebootOrder[], string> {
  if (value === true) return ok([{ verb: "reboot" }]);
  if (!isObject(value)) return fail(`"reboot" must be true or {"deployment": "..."}, got ${describe(value)}`);
  const { deployment } = value;
  if (!isDeployment(deployment)) return fail(deploymentProblem("reboot", deployment));
  return ok([{ verb: "reboot", ...(deployment === undefined ? {} : { deployment }) }]);
}

/** A name of an application is also that of its folder. */
function isAppName(name: unknown): name is string {
  return typeof name === "string" && /^[^./\0][^/\0]{0,199}$/.test(name) && !name.endsWith(".tar.gz");
}

function isFlag(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === "boolean";
}

function isDeployment(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === "string" && value.length <= 200);
}

function deploymentProblem(where: string, value: unknown): string {
  return `${where}.deployment must be a text of at most 200 characters, got ${describe(value)}`;
}

function isObject(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
}
