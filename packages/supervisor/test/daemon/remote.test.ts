import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, SupervisedFolder } from "./gateway.ts";

const folder = new SupervisedFolder(`[program:cat]
command=cat
startsecs=0
stdout_logfile=$HERE/cat.log
stderr_logfile=NONE

[program:late]
command=sleep 1000
priority=2
[program:early]
command=sleep 1000
priority=1
[program:also_early]
command=sleep 1000
priority=1
[group:trio]
programs=late,early,also_early
`);

beforeAll(async () => {
  await folder.start();
  await folder.until("cat", "RUNNING");
});

afterAll(() => folder.stop());

describe("remote calls", () => {
  test.each([0, "0"])("signal %j is sent to nobody, and says that the process is there", async (signal) => {
    expect(await folder.call("signalProcess", "cat", signal)).toBe(true);
    expect((await folder.info("cat")).statename).toBe("RUNNING");
  });

  test("a log that there is none of is NO_FILE, with its path if it should have one", async () => {
    await expect(folder.call("readProcessStderrLog", "cat", 0, 0)).rejects.toMatchObject({
      details: { fault: "NO_FILE", faultCode: 20 },
    });
    rmSync(folder.file("cat.log"));
    await expect(folder.call("readProcessStdoutLog", "cat", 0, 0)).rejects.toMatchObject({
      details: { fault: `NO_FILE: ${folder.file("cat.log")}` },
    });
  });

  test("clearing the log of a running process makes it anew when somebody removed it", async () => {
    rmSync(folder.file("cat.log"), { force: true });
    expect(await folder.call("clearProcessLogs", "cat")).toBe(true);
    await folder.call("sendProcessStdin", "cat", "after\n");
    await eventually(() => folder.read("cat.log") === "after\n");
  });

  test("standard input that is no text is refused, and named", async () => {
    await expect(folder.call("sendProcessStdin", "cat", 5)).rejects.toMatchObject({
      details: { fault: "INCORRECT_PARAMETERS: 5" },
    });
  });

  test("a method is not found among what every object has", async () => {
    await expect(folder.call("system.methodHelp", "constructor")).rejects.toMatchObject({ details: { faultCode: 4 } });
    await expect(folder.call("constructor")).rejects.toMatchObject({ details: { faultCode: 1 } });
  });

  test("a group is started in the order of priority, and of programs= where that is the same", async () => {
    await folder.call("stopProcessGroup", "trio");
    const before = folder.read("main.log").length;
    await folder.call("startProcessGroup", "trio");
    const spawned = [
      ...folder
        .read("main.log")
        .slice(before)
        .matchAll(/spawned: '(\w+)'/g),
    ].map(([, name]) => name);
    expect(spawned).toEqual(["early", "also_early", "late"]);
  });

  test("a socket that somebody removed is made again", async () => {
    rmSync(folder.file("s.sock"));
    const answer = () => folder.info("cat").catch(() => undefined);
    await eventually(async () => (await answer())?.statename === "RUNNING");
    expect(folder.read("main.log")).toContain("was removed; making it again");
  });
});
