/** Puts what was lost into the queue itself, as a message of the gateway. */
import { encodeFormValue } from "@gateway-engine/protocol/form";
import { QUEUE_REPORT_ALIAS } from "@gateway-engine/protocol/gateway-resources";
import type { GatewayIdentity } from "../identity/gateway-identity.ts";
import type { Spool } from "./spool.ts";

export interface QueueReportDeps {
  readonly spool: Pick<Spool, "deviceOf" | "report">;
  readonly gateway: (signal: AbortSignal) => Promise<GatewayIdentity>;
  /** Told when there is something to forward. */
  readonly queued: (device: number) => void;
}

/**
 * @param reported messages that are lost so far
 * @returns false when it is not known yet who the gateway is
 */
export async function queueReport(
  { spool, gateway, queued }: QueueReportDeps,
  { value, reported, signal }: { readonly value: string; readonly reported: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { vendor, model, uuid: serial } = await gateway(signal);
  if (vendor === "" || serial === "") return false;
  const { id } = spool.deviceOf({ vendor, model, serial });
  const body = `${QUEUE_REPORT_ALIAS}=${encodeFormValue(value)}`;
  const submission = {
    kind: "write",
    alias: "",
    body,
    points: 1,
    span: 1,
    priority: "high",
    ttlMs: undefined,
  } as const;
  await spool.report(id, submission, reported);
  queued(id);
  return true;
}
