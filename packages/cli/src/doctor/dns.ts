import { lookUpName } from "@gateway-engine/platform/name-lookup";
import { type Check, fail, ok } from "./check.ts";
import { destinationOf } from "./destination.ts";

export const checkDns: Check = async (context) => {
  const destination = await destinationOf(context);
  if (destination === undefined) return [];
  const { host, proxied } = destination;
  if (/^[\d.]+$|:/.test(host)) return [ok(`${host} is an address, no name has to be looked up`)];
  const found = await lookUpName(host);
  if (found.ok) return [ok(`${host} is ${found.value.join(", ")}`)];
  const where = proxied ? "the proxy in HTTPS_PROXY" : "server in Engine.config, or the product id";
  return [fail(`${host} cannot be found: ${found.problem}`, `check /etc/resolv.conf, and ${where}`)];
};
