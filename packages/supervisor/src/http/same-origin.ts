/** Whether a request comes from one of our own pages, or from no page at all. */
import type { IncomingRequest } from "@gateway-engine/platform/http-server";

/** `foreign`: another site's page sent it, with the password that the browser keeps for us. */
export type RequestSender = "own-page" | "foreign" | "no-page";

/** Browsers name the sending page's site with every POST; programs such as supervisorctl name none. */
export function senderOf({ headers }: Pick<IncomingRequest, "headers">): RequestSender {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" ? "own-page" : "foreign";
  const { origin } = headers;
  if (origin === undefined) return "no-page";
  return URL.canParse(origin) && new URL(origin).host === headers.host ? "own-page" : "foreign";
}
