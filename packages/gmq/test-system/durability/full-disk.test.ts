import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { expect, test } from "vitest";
import { Sender } from "./sender.ts";
import { NO_ROOM, SMALL_DISK_CFG, sendWhileAccepted } from "./small-disk.ts";
import { Stage } from "./stage.ts";
import { ACCEPTED, expectAllDelivered, hold, RECOVERY_LIMIT_MS } from "./trouble.ts";

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
