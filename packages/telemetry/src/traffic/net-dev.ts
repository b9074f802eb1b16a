/** Bytes that passed an interface since it came up. */
export interface InterfaceTotals {
  readonly name: string;
  readonly received: number;
  readonly sent: number;
}

/** @see proc_pid_net(5), /proc/net/dev */
export function parseNetDev(text: string): readonly InterfaceTotals[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    if (match === null) return [];
    const fields = (match[2] ?? "").trim().split(/\s+/).map(Number);
    return [{ name: match[1] ?? "", received: fields[0] ?? 0, sent: fields[8] ?? 0 }];
  });
}

/**
 * The interface that packets to the rest of the world leave by: that of the default route with the smallest metric.
 *
 * @param route the text of /proc/net/route; @param ipv6Route of /proc/net/ipv6_route, asked when IPv4 has none
 */
export function defaultInterface(route: string, ipv6Route: string): string | undefined {
  return bestDefaultRoute(readRoutes(route)) ?? bestDefaultRoute(readIpv6Routes(ipv6Route));
}

interface DefaultRoute {
  readonly name: string;
  readonly metric: number;
}

/** Columns: interface, destination, gateway, flags, references, use, metric, mask. */
function readRoutes(text: string): readonly DefaultRoute[] {
  return text.split("\n").flatMap((line) => {
    const [name, destination, , , , , metric, mask] = line.split(/\s+/);
    if (name === undefined || destination !== "00000000" || mask !== "00000000") return [];
    return [{ name, metric: Number(metric) }];
  });
}

/** Columns: destination, its prefix length, source, its prefix length, next hop, metric, references, use, flags, interface. */
function readIpv6Routes(text: string): readonly DefaultRoute[] {
  return text.split("\n").flatMap((line) => {
    const [destination, prefix, , , , metric, , , , name] = line.trim().split(/\s+/);
    if (name === undefined || name === "lo" || prefix !== "00" || !/^0+$/.test(destination ?? "")) return [];
    return [{ name, metric: Number.parseInt(metric ?? "0", 16) }];
  });
}

function bestDefaultRoute(routes: readonly DefaultRoute[]): string | undefined {
  return routes.toSorted((one, other) => one.metric - other.metric)[0]?.name;
}
