/**
 * node:http and node:https without what their ES module form loads besides: an `import` of them reads every export,
 * and reading the one called `WebSocket` loads a whole second HTTP client, 12 MB of memory.
 */
import type * as Http from "node:http";
import type * as Https from "node:https";

export const http: typeof Http = process.getBuiltinModule("node:http");

/** Loaded at the first use: TLS costs 6 MB, and a gateway's local sockets need none. */
export function loadHttps(): typeof Https {
  return process.getBuiltinModule("node:https");
}
