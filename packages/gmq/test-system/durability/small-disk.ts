/** A disk that is far smaller than any that a gateway has. */
import type { GmqProcess } from "../../test/process/gmq-process.ts";
import type { MessageShape, Sender } from "./sender.ts";
import { ACCEPTED } from "./trouble.ts";

export const SMALL_DISK_CFG = "[mqtt]\nlisten = off\n[db]\nmin_free_disk = 1MB\n";

/** What a queue says that has no room. */
export const NO_ROOM = 507;

/** @returns the first answer that was no 204 */
export async function sendWhileAccepted(sender: Sender, gmq: GmqProcess, shape: MessageShape): Promise<number> {
  for (let count = 0; count < 10_000; count += 1) {
    const status = await sender.send(gmq, shape);
    if (status !== ACCEPTED) return status;
  }
  throw new Error("the disk never fills up");
}
