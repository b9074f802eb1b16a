import { nodeTcpDialer } from "@gateway-engine/platform/tcp";
import { type Check, fail, ok } from "./check.ts";
import { destinationOf } from "./destination.ts";

const TIMEOUT_MS = 5000;

export const checkReachability: Check = async (context) => {
  const destination = await destinationOf(context);
  if (destination === undefined) return [];
  const { host, port, proxied } = destination;
  const what = `${proxied ? "the proxy " : ""}${host} port ${port}`;
  const problem = await nodeTcpDialer.probe({ host, port }, TIMEOUT_MS, context.signal);
  if (problem === undefined) return [ok(`${what} takes connections`)];
  return [
    fail(`${what}: ${problem}`, "check the network (ip route), a firewall on the way, and whether the server is up"),
  ];
};
