import { describe, expect, test } from "vitest";
import { type SupervisedFolder, superviseFolder } from "./gateway.ts";

const PROGRAMS = `[program:auto]
command=/bin/sleep 1000
startsecs=0

[program:auto2]
command=/bin/sleep 1000
startsecs=0

[program:manual]
command=/bin/sleep 1000
startsecs=0
autostart=false

[program:manual2]
command=/bin/sleep 1000
startsecs=0
autostart=false

[gateway-engine]
remember_stopped=true
state_file=$HERE/state/wishes.json
`;

const AS_AUTOSTART_SAYS = { auto: "RUNNING", manual: "STOPPED", auto2: "RUNNING", manual2: "STOPPED" };

describe("under remember_stopped, the next start of the daemon", () => {
  test("starts what was started by hand, and not what was stopped by hand; the last wish counts", async () => {
    const folder = superviseFolder(PROGRAMS);
    const { client, signal } = folder;
    await restartAfter(folder, async () => {
      await client.stopProcess("auto", signal);
      await client.startProcess("manual", signal);
      await client.stopProcess("auto2", signal);
      await client.startProcess("auto2", signal);
      await client.startProcess("manual2", signal);
      await client.stopProcess("manual2", signal);
    });
    expect(await states(folder)).toEqual({ auto: "STOPPED", manual: "RUNNING", auto2: "RUNNING", manual2: "STOPPED" });
  });

  test("knows all of a stop of everything, also after kill -9", async () => {
    const folder = superviseFolder(PROGRAMS);
    const daemon = await folder.start();
    await folder.until("auto2", "RUNNING");
    await folder.call("stopAllProcesses");
    await folder.kill(daemon, "SIGKILL");
    await folder.start();
    expect(await states(folder)).toEqual({ auto: "STOPPED", manual: "STOPPED", auto2: "STOPPED", manual2: "STOPPED" });
  });

  test("starts a program that an update replaced, though the update stopped it", async () => {
    const folder = superviseFolder(PROGRAMS);
    await restartAfter(folder, async () => {
      folder.configure(PROGRAMS.replace("sleep 1000", "sleep 2000"));
      await folder.client.update([], folder.signal);
    });
    expect(await states(folder)).toEqual(AS_AUTOSTART_SAYS);
  });
});

test("a scheduled program that was run by hand is not run again with the daemon", async () => {
  const schedule = "[gateway-engine:manual]\nschedule=@yearly\n";
  const folder = superviseFolder(`${PROGRAMS}${schedule}`);
  await restartAfter(folder, async () => folder.client.startProcess("manual", folder.signal));
  expect(await states(folder)).toMatchObject({ auto: "RUNNING", manual: "STOPPED" });
});

test("without it, autostart alone decides", async () => {
  const folder = superviseFolder(PROGRAMS.replace("remember_stopped=true", "remember_stopped=false"));
  await restartAfter(folder, async () => {
    await folder.client.stopProcess("auto", folder.signal);
    await folder.client.startProcess("manual", folder.signal);
  });
  expect(await states(folder)).toEqual(AS_AUTOSTART_SAYS);
  expect(folder.read("state/wishes.json")).toBe("");
});

test("it needs to be told where to remember", () => {
  const folder = superviseFolder(PROGRAMS.replace(/state_file.*\n/, ""));
  const { status, stderr } = folder.run("-n");
  expect(status).toBe(2);
  expect(stderr).toMatch(/state_file must name a file.*option remember_stopped\)/);
});

/** Starts the daemon, does the work, and starts it again. */
async function restartAfter(folder: SupervisedFolder, work: () => Promise<void>): Promise<void> {
  const daemon = await folder.start();
  await folder.until("auto2", "RUNNING");
  await work();
  await folder.kill(daemon, "SIGTERM");
  await folder.start();
}

/** As soon as none is on its way. */
async function states(folder: SupervisedFolder): Promise<Record<string, string>> {
  for (;;) {
    const infos = await folder.client.getAllProcessInfo(folder.signal);
    if (infos.every(({ statename }) => statename !== "STARTING")) {
      return Object.fromEntries(infos.map(({ name, statename }) => [name, statename]));
    }
  }
}
