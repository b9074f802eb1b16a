import { appendFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { expect, test } from "vitest";
import { Sender } from "../test-system/durability/sender.ts";
import { NO_ROOM, SMALL_DISK_CFG, sendWhileAccepted } from "../test-system/durability/small-disk.ts";
import { Stage } from "../test-system/durability/stage.ts";
import {
  ACCEPTED,
  expectAllDelivered,
  hold,
  RECOVERY_LIMIT_MS,
  sendUntilAccepted,
} from "../test-system/durability/trouble.ts";

test("on a disk that somebody else has filled, the queue refuses, delivers and deletes what it has, and takes more when there is room", async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 48 });
  await using stage = await Stage.open({ disk: disk.mountPoint, gmqCfg: SMALL_DISK_CFG });
  const open = hold(stage);
  await using gmq = await stage.start();
  const sender = new Sender("foreign", stage.ledger);
  for (let count = 0; count < 20; count += 1) expect(await sender.send(gmq, { bytes: 1000 })).toBe(ACCEPTED);
  await reserveOf(stage);
  const file = join(disk.mountPoint, "somebody-elses");
  fill(file);
  expect(await sendWhileAccepted(sender, gmq, { bytes: 20_000 })).toBe(NO_ROOM);
  open();
  await gmq.untilQueued(0, RECOVERY_LIMIT_MS);
  rmSync(file);
  await sendUntilAccepted(sender, gmq);
  await expectAllDelivered(stage, gmq);
});

/** The queue keeps room for deleting from a minute after its first start. */
async function reserveOf({ queueFolder }: Stage): Promise<void> {
  while (!existsSync(join(queueFolder, "gmq.db-reserve"))) await sleep(500);
}

function fill(file: string): void {
  for (const bytes of [1 << 20, 4096, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes));
    } catch {
      // No more pieces of this size fit.
    }
  }
}
