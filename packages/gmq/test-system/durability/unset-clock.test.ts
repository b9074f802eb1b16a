/** A gateway without a battery for its clock: it begins in 1970, and takes data before somebody tells it the time. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ShiftedClock } from "@gateway-engine/testkit/faults/shifted-clock";
import type { Fault } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import type { GmqProcess } from "../../test/process/gmq-process.ts";
import { Sender } from "./sender.ts";
import { Stage } from "./stage.ts";
import { ACCEPTED, expectAllDelivered } from "./trouble.ts";

/** To 1970. */
const UNSET = "-56y";

/** Far less than the shift, and more than a message takes on a slow machine. */
const TOLERANCE_S = 5;

const BOOTS = ["first", "second"] as const;

test("data of a clock that is set while the line is away arrives with its right times", async () => {
  await using stage = await Stage.open();
  const clock = new ShiftedClock(stage.notes);
  clock.shift(UNSET);
  stage.server.fail(() => ({ kind: "drop-before" }));
  await using gmq = await stage.start({ env: clock.env });
  const sentAt = await sendThree(stage, gmq);
  expect((await gmq.status()).oldestAt).toBeLessThan(Date.UTC(1972));
  clock.shift("+0");
  stage.server.fail(() => undefined);
  await expectAllDelivered(stage, gmq);
  expectTimes(stage, sentAt);
});

test.each([
  ["its /timestamp", (path: string) => (path === "/timestamp" ? answerOf(now()) : undefined)],
  // The server answers 401 to what it does not know.
  ["the date of its answers", () => undefined],
] as const)("a clock that nobody sets is corrected by the server's: %s", async (_what, plan) => {
  await using stage = await Stage.open();
  const clock = new ShiftedClock(stage.notes);
  clock.shift(UNSET);
  stage.server.fail(({ path }) => plan(path));
  await using gmq = await stage.start({ env: clock.env });
  const sentAt = await sendThree(stage, gmq);
  await expectAllDelivered(stage, gmq);
  expectTimes(stage, sentAt);
});

test("what was taken before a power cut gets an estimate: before the machine's start, in its order", async () => {
  await using stage = await Stage.open();
  const clock = new ShiftedClock(stage.notes);
  clock.shift(UNSET);
  stage.server.fail(() => ({ kind: "drop-before" }));
  for (const boot of BOOTS) {
    await using gmq = await stage.start({ launcher: gmqInBoot(boot, stage), env: clock.env });
    await sendThree(stage, gmq, boot);
  }
  clock.shift("+0");
  stage.server.fail(() => undefined);
  await using gmq = await stage.start({ launcher: gmqInBoot("third", stage), env: clock.env });
  await gmq.printed(/the times of 6 messages are estimates/);
  await expectAllDelivered(stage, gmq);
  expect((await gmq.status()).estimated).toBe(6);
  for (const boot of BOOTS) {
    const times = timesOf(stage, boot);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(times.at(-1)).toBeLessThanOrEqual(startOfMachine() + TOLERANCE_S);
  }
});

/** @returns when each was sent, in seconds since 1970 */
async function sendThree(stage: Stage, gmq: GmqProcess, name = "unset"): Promise<readonly number[]> {
  const sender = new Sender(name, stage.ledger);
  const sentAt: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    sentAt.push(Date.now() / 1000);
    expect(await sender.send(gmq)).toBe(ACCEPTED);
  }
  return sentAt;
}

function expectTimes({ server }: Stage, sentAt: readonly number[]): void {
  const times = server.points.map(({ timestamp }) => Number(timestamp));
  expect(times).toHaveLength(sentAt.length);
  for (const [index, time] of times.entries()) expect(Math.abs(time - Number(sentAt[index]))).toBeLessThan(TOLERANCE_S);
}

function timesOf({ server }: Stage, name: string): readonly number[] {
  return server.points
    .filter(({ value }) => value.toString().startsWith(`${name}-`))
    .map(({ timestamp }) => Number(timestamp));
}

function answerOf(body: string): Fault {
  return { kind: "answer", status: 200, body };
}

function now(): string {
  return String(Math.floor(Date.now() / 1000));
}

function startOfMachine(): number {
  return Date.now() / 1000 - Number(process.hrtime.bigint()) / 1e9;
}

/** A launcher of gmq for which the machine has been started anew. */
function gmqInBoot(boot: string, { notes }: Stage): string {
  const bootId = join(notes, `boot-${boot}`);
  writeFileSync(bootId, `${boot}\n`);
  const launcher = join(notes, `gmq-${boot}`);
  const gmq = join(import.meta.dirname, "../../bin/gmq");
  const command = `mount --bind ${bootId} /proc/sys/kernel/random/boot_id && exec ${gmq}`;
  writeFileSync(launcher, `#!/bin/sh\nexec unshare --mount sh -c '${command}'\n`);
  chmodSync(launcher, 0o755);
  return launcher;
}
