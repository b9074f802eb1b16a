/** The gateway's clock is set while the queue runs, by ten years either way. */
import { ShiftedClock } from "@gateway-engine/testkit/faults/shifted-clock";
import type { RecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { describe, expect, test } from "vitest";
import type { GmqProcess } from "../../test/process/gmq-process.ts";
import { Sender } from "./sender.ts";
import { Stage } from "./stage.ts";
import { ACCEPTED, expectAllDelivered } from "./trouble.ts";

const SHIFTS = ["+0", "-10y", "+0", "+10y", "-10y", "+0"] as const;

/** Far more than a test takes, and far less than the shifts. */
const NOW_TOLERANCE_S = 60;

describe("a clock that is set by ten years, back and forth", () => {
  test("changes neither what arrives nor in which order", async () => {
    await using stage = await Stage.open();
    const clock = new ShiftedClock(stage.notes);
    await using gmq = await stage.start({ env: clock.env });
    const sender = new Sender("clock", stage.ledger);
    for (const shift of SHIFTS) {
      clock.shift(shift);
      await sendThree(sender, gmq);
    }
    await expectAllDelivered(stage, gmq);
  });

  test("nor does it across crashes, with a backlog", async () => {
    await using stage = await Stage.open();
    const clock = new ShiftedClock(stage.notes);
    const sender = new Sender("clock", stage.ledger);
    stage.server.fail(({ sequence }) => (sequence === undefined ? undefined : { kind: "drop-before" }));
    for (const shift of SHIFTS) {
      clock.shift(shift);
      await using gmq = await stage.start({ env: clock.env });
      await sendThree(sender, gmq);
    }
    stage.server.fail(() => undefined);
    await using gmq = await stage.start();
    await expectAllDelivered(stage, gmq);
  });

  test.each(["-10y", "+10y"] as const)("%s: what is sent when it is right again has the right time", async (shift) => {
    await using stage = await Stage.open();
    const clock = new ShiftedClock(stage.notes);
    await using gmq = await stage.start({ env: clock.env });
    const sender = new Sender("clock", stage.ledger);
    await sendThree(sender, gmq);
    clock.shift(shift);
    await sendThree(sender, gmq);
    clock.shift("+0");
    await sendThree(sender, gmq);
    await expectAllDelivered(stage, gmq);
    for (const time of lastTimes(stage.server, 3))
      expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(NOW_TOLERANCE_S);
  });
});

async function sendThree(sender: Sender, gmq: GmqProcess): Promise<void> {
  for (let count = 0; count < 3; count += 1) expect(await sender.send(gmq)).toBe(ACCEPTED);
}

/** Seconds since 1970 of the points that arrived last. */
function lastTimes({ points }: RecordingDeviceServer, count: number): readonly number[] {
  return points.slice(-count).map(({ timestamp }) => Number(timestamp));
}
