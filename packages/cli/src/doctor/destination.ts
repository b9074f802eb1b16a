import { proxyFor } from "@gateway-engine/core/proxy";
import type { CheckContext } from "./check.ts";

/** Where a connection to the server has to be opened: at the server, or at a proxy before it. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly proxied: boolean;
}

/** @returns undefined while nobody has said which server it is */
export async function destinationOf({
  server,
  openServer,
}: Pick<CheckContext, "server" | "openServer">): Promise<Destination | undefined> {
  if (server === "") return undefined;
  const access = await openServer();
  access.close();
  const url = new URL(server);
  const proxy = access.proxy === undefined ? undefined : proxyFor(url, access.proxy);
  return hostOf(proxy ?? url, proxy !== undefined);
}

function hostOf(url: URL, proxied: boolean): Destination {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port, proxied };
}
