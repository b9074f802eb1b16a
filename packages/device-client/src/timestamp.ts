import { TransportError } from "@gateway-engine/core/errors";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import type { CallOptions, Exchange } from "./exchange.ts";

/** The server's clock, in seconds since 1970. Needs no CIK. */
export async function timestamp(exchange: Exchange, call: CallOptions): Promise<number> {
  const request = { method: "GET", path: DEVICE_API_PATHS.timestamp } as const;
  const answer = await exchange.call(request, { ...call, cik: "" }, "a request for its time");
  if (/^\s*\d{1,12}(\.\d+)?\s*$/.test(answer.body)) return Number(answer.body);
  const problem = "its answer to a request for its time is not a number of seconds";
  throw new TransportError("E_RESPONSE_INVALID", { server: exchange.server, problem });
}
