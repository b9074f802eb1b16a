/**
 * Whether a request to a door on the loopback names it as a local program does. A page in a browser on this machine, whose
 * owner lets the page's own name point to 127.0.0.1 (DNS rebinding), names that page's domain.
 */

/** @param host the header Host; a name without a dot, an address, or a name that is never asked of the public DNS */
export function isLocalName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, "").replace(/\.$/, "");
  return !name.includes(".") || IPV4.test(name) || RESERVED.test(name);
}

/** Whether only programs of this machine reach a door at this address. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** RFC 6761 and 6762, and what home routers use (RFC 8375). */
const RESERVED = /\.(localhost|local|home\.arpa|internal)$/i;
