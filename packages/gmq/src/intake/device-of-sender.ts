import type { Credentials } from "../identity/credentials.ts";
import type { QueueDevice } from "../spool/message.ts";
import type { Spool } from "../spool/spool.ts";
import type { Sender } from "./sender.ts";

export interface SenderDeps {
  readonly spool: Pick<Spool, "deviceOf" | "deviceOfCik" | "findByCik">;
  readonly credentials: Pick<Credentials, "gatewayWithCik" | "offer">;
}

/** The device that a sender is, made if it is new. */
export async function deviceOfSender({ spool, credentials }: SenderDeps, sender: Sender): Promise<QueueDevice> {
  if (sender.kind === "cik") {
    const known = spool.findByCik(sender.cik);
    if (known !== undefined) return known;
    const gateway = await credentials.gatewayWithCik(sender.cik);
    return gateway === undefined ? spool.deviceOfCik(sender.cik) : spool.deviceOf(gateway);
  }
  const device = spool.deviceOf(sender.identity);
  if (sender.cik !== undefined) await credentials.offer(device.id, sender.cik);
  return device;
}
