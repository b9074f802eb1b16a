/**
 * The commands that the cloud writes into `engine_fetch`.
 *
 * @see docs/reference/aliases.md#engine_fetch
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/** One package to install. */
export interface InstallOrder {
  /** File name in the content area, `<name>.v<version>.tar.gz`. */
  readonly name: string;
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
  /** Name of the deployment this belongs to, given back in every report of it. */
  readonly deployment?: string;
}

export interface EngineFetchCommand {
  readonly install: readonly InstallOrder[];
}

/** At most so many packages in one command. */
export const MAX_INSTALL_ORDERS = 100;

/** @returns the command, or what is wrong with the text, for `fetch_status` */
export function parseEngineFetch(text: string): Result<EngineFetchCommand, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    return fail(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isObject(parsed)) return fail(`expected an object like ${EXAMPLE}, got ${describe(parsed)}`);
  const unknown = Object.keys(parsed).filter((key) => key !== "install");
  if (unknown.length > 0) return fail(`this release knows the verb "install", not "${unknown.join('", "')}"`);
  if (!Array.isArray(parsed["install"])) {
    return fail(`"install" must be a list like ${EXAMPLE}, got ${describe(parsed["install"])}`);
  }
  if (parsed["install"].length === 0) return fail('"install" is an empty list');
  if (parsed["install"].length > MAX_INSTALL_ORDERS) return fail(`"install" has more than ${MAX_INSTALL_ORDERS} items`);
  const orders: InstallOrder[] = [];
  for (const [index, item] of parsed["install"].entries()) {
    const order = parseOrder(item, `install[${index}]`);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  return ok({ install: orders });
}

const EXAMPLE = '{"install": [{"name": "app.v1.tar.gz"}]}';

function parseOrder(item: unknown, where: string): Result<InstallOrder, string> {
  if (!isObject(item)) return fail(`${where} must be an object with a "name", got ${describe(item)}`);
  const { name, sha256, size, deployment } = item;
  if (typeof name !== "string" || name === "") return fail(`${where}.name must be a file name, got ${describe(name)}`);
  if (sha256 !== undefined && (typeof sha256 !== "string" || !/^[0-9a-fA-F]{64}$/.test(sha256))) {
    return fail(`${where}.sha256 must be 64 hexadecimal digits, got ${describe(sha256)}`);
  }
  if (size !== undefined && !(typeof size === "number" && Number.isSafeInteger(size) && size >= 0)) {
    return fail(`${where}.size must be a number of bytes, got ${describe(size)}`);
  }
  if (deployment !== undefined && (typeof deployment !== "string" || deployment.length > 200)) {
    return fail(`${where}.deployment must be a text of at most 200 characters, got ${describe(deployment)}`);
  }
  return ok({
    name,
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
    ...(size === undefined ? {} : { size }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
}
