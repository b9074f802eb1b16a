import { probeTls, type ServerCertificate } from "@gateway-engine/platform/tls-probe";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";
import { destinationOf } from "./destination.ts";

const TIMEOUT_MS = 5000;

export const checkTls: Check = async (context) => {
  const { server, openServer, signal, now } = context;
  if (!server.startsWith("https:"))
    return server === "" ? [] : [warn(`${server} is not encrypted`, "use https:// outside of tests")];
  const destination = await destinationOf(context);
  if (destination === undefined) return [];
  if (destination.proxied)
    return [ok("the proxy opens the tunnel; the check of the server below shows whether TLS works")];
  const { tls: credentials, close } = await openServer();
  close();
  const { host, port } = destination;
  const found = await probeTls({ host, port, credentials, timeoutMs: TIMEOUT_MS, signal });
  if (!found.ok) return [fail(`no TLS with ${host} port ${port}: ${found.problem}`, "is it an https:// server?")];
  return [judgeCertificate(found.value, now())];
};

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export function judgeCertificate({ subject, issuer, validTo, problem }: ServerCertificate, now: number): Verdict {
  const days = Math.floor((validTo - now) / DAY_MS);
  const who = `the certificate of ${subject}, by ${issuer}`;
  if (days < 0)
    return fail(
      `${who} has expired ${-days} days ago`,
      "is this gateway's clock right? else the server needs a new one",
    );
  if (problem !== undefined) {
    return fail(
      `${who} is not trusted: ${problem}`,
      "for a private authority set tls_ca in Engine.config to its certificate",
    );
  }
  const text = `${who}, is good for ${days} more days`;
  return days < SOON_DAYS ? warn(text, "the server needs a new one") : ok(text);
}
