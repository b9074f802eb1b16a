import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { expect, test } from "vitest";
import { Sender } from "./sender.ts";
import { NO_ROOM, SMALL_DISK_CFG, sendWhileAccepted } from "./small-disk.ts";
import { Stage } from "./stage.ts";
import { ACCEPTED, expectAllDelivered, hold, RECOVERY_LIMIT_MS, sendUntilAccepted } from "./trouble.ts";

test("a queue that has filled its disk still delivers and deletes, and then takes more", async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 32 });
  await using stage = await Stage.open({ disk: disk.mountPoint, gmqCfg: SMALL_DISK_CFG });
  const open = hold(stage);
  await using gmq = await stage.start();
  const sender = new Sender("full", stage.ledger);
  expect(await sendWhileAccepted(sender, gmq, { bytes: 100_000 })).toBe(NO_ROOM);
  open();
  await gmq.untilQueued(0, RECOVERY_LIMIT_MS);
  expect(await sender.send(gmq, { bytes: 100_000 })).toBe(ACCEPTED);
  await expectAllDelivered(stage, gmq);
});

test("on a disk that somebody else has filled, the queue refuses, delivers and deletes what it has, and takes more when there is room", async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 48 });
  await using stage = await Stage.open({ disk: disk.mountPoint, gmqCfg: SMALL_DISK_CFG });
  const open = hold(stage);
  await using gmq = await stage.start();
  const sender = new Sender("foreign", stage.ledger);
  for (let count = 0; count < 20; count += 1) expect(await sender.send(gmq, { bytes: 1000 })).toBe(ACCEPTED);
  const file = join(disk.mountPoint, "somebody-elses");
  fill(file);
  expect(await sendWhileAccepted(sender, gmq, { bytes: 20_000 })).toBe(NO_ROOM);
  open();
  await gmq.untilQueued(0, RECOVERY_LIMIT_MS);
  rmSync(file);
  await sendUntilAccepted(sender, gmq);
  await expectAllDelivered(stage, gmq);
});

function fill(file: string): void {
  for (const bytes of [1 << 20, 4096, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes));
    } catch {
      // No more pieces of this size fit.
    }
  }
}
