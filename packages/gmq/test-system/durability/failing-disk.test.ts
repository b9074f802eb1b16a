/** A disk that fails, is read-only or writes in parts: nothing accepted is lost, and no restart is needed. */
import { appendFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildStepLibrary, type DiskFault, DurableSteps } from "@gateway-engine/testkit/faults/durable-steps";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, describe, expect, test } from "vitest";
import { Sender } from "./sender.ts";
import { Stage } from "./stage.ts";
import { ACCEPTED, expectAllDelivered, hold, NOT_STORED, sendUntilAccepted } from "./trouble.ts";

const folder = temporaryFolder("disk-trouble");
const library = buildStepLibrary(folder.path);

afterAll(() => folder.remove());

const FAULTS: readonly { readonly what: string; readonly fault: DiskFault }[] = [
  { what: "writes that fail", fault: { writes: "EIO" } },
  { what: "syncs that fail", fault: { syncs: "EIO" } },
  { what: "writes and syncs that fail", fault: { writes: "EIO", syncs: "EIO" } },
  { what: "a read-only file system", fault: { writes: "EROFS", syncs: "EROFS" } },
  { what: "a full disk", fault: { writes: "ENOSPC" } },
  { what: "writes in part, and then a full disk", fault: { writes: "ENOSPC", shortWrites: true } },
];

describe("a disk with faults for a while", () => {
  test.each(FAULTS)("$what: nothing is accepted meanwhile, and everything afterwards", async ({ fault }) => {
    await using stage = await Stage.open();
    const steps = new DurableSteps({ library, folder: stage.folder, notes: stage.notes });
    const open = hold(stage);
    await using gmq = await stage.start({ env: steps.env });
    const senders = ["one", "two"].map((name) => new Sender(name, stage.ledger));
    for (const sender of senders) expect(await sender.send(gmq)).toBe(ACCEPTED);
    steps.fail(fault);
    for (const sender of [...senders, ...senders]) expect(NOT_STORED).toContain(await sender.send(gmq));
    // What the server takes meanwhile cannot be taken off the queue, and must not be stored twice.
    open();
    await stage.server.until(() => stage.server.points.length >= senders.length);
    steps.heal();
    for (const sender of senders) await sendUntilAccepted(sender, gmq);
    await expectAllDelivered(stage, gmq);
  });

  test("short writes are no fault at all", async () => {
    await using stage = await Stage.open();
    const steps = new DurableSteps({ library, folder: stage.folder, notes: stage.notes });
    steps.fail({ shortWrites: true });
    await using gmq = await stage.start({ env: steps.env });
    const sender = new Sender("short", stage.ledger);
    for (const bytes of [0, 100, 10_000]) expect(await sender.send(gmq, { bytes })).toBe(ACCEPTED);
    await expectAllDelivered(stage, gmq);
  });
});

test("a file system that its kernel makes read-only: nothing is accepted, and nothing is lost when it is mounted again", async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 96, options: ["errors=remount-ro"] });
  await using stage = await Stage.open({ disk: disk.mountPoint });
  const open = hold(stage);
  await using gmq = await stage.start();
  const sender = new Sender("read-only", stage.ledger);
  for (let count = 0; count < 5; count += 1) expect(await sender.send(gmq)).toBe(ACCEPTED);
  writeFileSync(`/sys/fs/ext4/${basename(disk.device)}/trigger_fs_error`, "a test");
  for (let count = 0; count < 5; count += 1) expect(NOT_STORED).toContain(await sender.send(gmq));
  await gmq.end("SIGKILL");
  disk.remount();
  open();
  await using next = await stage.start();
  await sendUntilAccepted(sender, next);
  await expectAllDelivered(stage, next);
});

test("nonsense behind the end of the log and of the database is passed over", async () => {
  await using stage = await Stage.open();
  const open = hold(stage);
  const gmq = await stage.start();
  const sender = new Sender("nonsense", stage.ledger);
  for (let count = 0; count < 10; count += 1) expect(await sender.send(gmq)).toBe(ACCEPTED);
  await gmq.end("SIGKILL");
  for (const file of ["gmq.db-wal", "gmq.db"]) appendFileSync(join(stage.queueFolder, file), Buffer.alloc(5000, 0xa5));
  open();
  await using next = await stage.start();
  await sendUntilAccepted(sender, next);
  await expectAllDelivered(stage, next);
});
