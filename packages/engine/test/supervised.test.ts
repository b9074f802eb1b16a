/** Programs under our supervisord: switched by an install, left alone by one that fails, never doubled. */
import { longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { runningProcesses } from "@gateway-engine/testkit/running-processes";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";
import { Supervisord } from "./support/supervisord.ts";

/** A program whose every process can be found by `mark`. */
function programPackage(version: string, mark: string, install = "true") {
  const supervisorConf = `[supervisord]\ncommand = /bin/sleep ${mark}\nstartsecs = 0\n`;
  return longRunningPackage({ name: "ticker", version, install, supervisorConf });
}

function running(mark: string): readonly number[] {
  return runningProcesses()
    .filter(({ line }) => line.includes(`/bin/sleep ${mark}`))
    .map(({ pid }) => pid);
}

/** Seconds to sleep that no other test uses. */
function newMark(offset: number): string {
  return String(1_000_000 + process.pid * 10 + offset);
}

describe("an application under the supervisor", { timeout: 90_000 }, () => {
  test("runs after its install, is replaced by the next version, and keeps running when that one fails", async () => {
    const [one, two] = [newMark(1), newMark(2)];
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    await using supervisord = await Supervisord.start(gateway);
    for (const fixture of [programPackage("1", one), programPackage("2", two), programPackage("3", two, "exit 1")]) {
      cloud.content.set(fixture.fileName, fixture.bytes);
    }
    gateway.start();
    cloud.orderInstall("ticker.v1.tar.gz");
    expect((await cloud.result(1)).message).toContain("its program runs well");
    expect(running(one)).toHaveLength(1);
    cloud.orderInstall("ticker.v2.tar.gz");
    expect(await cloud.result(2)).toMatchObject({ status: "ok" });
    expect({ one: running(one).length, two: running(two).length }).toEqual({ one: 0, two: 1 });
    const before = await supervisord.programs();
    cloud.orderInstall("ticker.v3.tar.gz");
    expect(await cloud.result(3)).toMatchObject({ status: "failed", state: "rolled-back" });
    const after = await supervisord.programs();
    expect(after.map(({ pid, start }) => ({ pid, start }))).toEqual(before.map(({ pid, start }) => ({ pid, start })));
  });

  test("is restarted when the same version is installed again", async () => {
    const mark = newMark(3);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    await using _supervisord = await Supervisord.start(gateway);
    const { fileName, bytes } = programPackage("1", mark);
    cloud.content.set(fileName, bytes);
    gateway.start();
    cloud.orderInstall(fileName);
    await cloud.result(1);
    const [before] = running(mark);
    cloud.orderInstall(fileName);
    expect(await cloud.result(2)).toMatchObject({ status: "ok" });
    expect(running(mark)).toHaveLength(1);
    expect(running(mark)).not.toContain(before);
  });

  test("runs once, or is given up, however often the engine is killed while it is installed and switched", async () => {
    const mark = newMark(4);
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    await using _supervisord = await Supervisord.start(gateway);
    const { fileName, bytes } = programPackage("1", mark);
    cloud.content.set(fileName, bytes);
    cloud.orderInstall(fileName);
    for (let round = 1; round <= 8; round += 1) {
      gateway.start();
      await gateway.logged("Gateway Engine 2.0.0 in", round);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
      await gateway.kill();
    }
    gateway.start();
    const { status } = await cloud.result();
    expect(["ok", "interrupted"]).toContain(status);
    expect(running(mark)).toHaveLength(status === "ok" ? 1 : 0);
  });
});
