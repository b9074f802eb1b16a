import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { SyslogReceiver } from "@gateway-engine/testkit/syslog-receiver";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { LoggerCommand } from "../src/system-log.ts";

function setPath(path: string): void {
  const before = process.env["PATH"];
  onTestFinished(() => {
    process.env["PATH"] = before;
  });
  process.env["PATH"] = path;
}

/** A folder that comes first in PATH. */
function folderInPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "system-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  setPath(`${folder}:${process.env["PATH"]}`);
  return folder;
}

function openSystemLog() {
  const troubles: string[] = [];
  let notice = () => {};
  const onTrouble = (problem: string) => {
    troubles.push(problem);
    notice();
  };
  const log = new LoggerCommand({ tag: "supervisord", clock: systemClock, onTrouble });
  onTestFinished(() => log.close());
  const firstTrouble = async () => {
    while (troubles.length === 0) {
      await new Promise<void>((resolve) => {
        notice = resolve;
      });
    }
    return troubles[0] ?? "";
  };
  return { log, troubles, firstTrouble };
}

describe("the system log", () => {
  test("takes each line as a message of its own, with priority and tag", async () => {
    await using receiver = await SyslogReceiver.start();
    setPath(receiver.path);
    const { log, troubles } = openSystemLog();
    log.write(Buffer.from("web one\nweb two\n"));
    const messages = await receiver.messages((received) => received.length === 2);
    expect(messages[0]).toMatch(/^<14>.* supervisord\[\d+\]: web one$/);
    expect(messages[1]).toMatch(/^<14>.* supervisord\[\d+\]: web two$/);
    expect(troubles).toEqual([]);
  });

  test("has passed on everything when it is closed", async () => {
    await using receiver = await SyslogReceiver.start();
    setPath(receiver.path);
    const { log } = openSystemLog();
    for (let line = 0; line < 100; line += 1) log.write(Buffer.from(`line ${line}\n`));
    await log.close();
    await receiver.messages((received) => received.some((message) => message.endsWith(": line 99")));
  });

  test("goes on when its logger was killed, and says that it was", async () => {
    await using receiver = await SyslogReceiver.start();
    setPath(receiver.path);
    const { log, firstTrouble } = openSystemLog();
    log.write(Buffer.from("before\n"));
    const [before = ""] = await receiver.messages((received) => received.length === 1);
    process.kill(Number(/\[(\d+)\]/.exec(before)?.[1]), "SIGKILL");
    expect(await firstTrouble()).toBe("logger ended (SIGKILL); lines for syslog may be lost");
    log.write(Buffer.from("after\n"));
    await receiver.messages((received) => received.some((message) => message.endsWith(": after")));
  });

  test("says that there is no logger", async () => {
    setPath("/nonexistent");
    const { log, firstTrouble } = openSystemLog();
    log.write(Buffer.from("lost\n"));
    expect(await firstTrouble()).toContain("there is no command logger (Debian: package bsdutils)");
  });

  test("holds a bounded number of lines for a logger that takes none, and counts the others", async () => {
    const folder = folderInPath();
    const script = '#!/bin/sh\necho $$ > "$(dirname "$0")/pid"; kill -STOP $$; exec cat > /dev/null\n';
    writeFileSync(join(folder, "logger"), script);
    chmodSync(join(folder, "logger"), 0o755);
    const { log, firstTrouble } = openSystemLog();
    const line = Buffer.from(`${"x".repeat(1023)}\n`);
    for (let count = 0; count < 50_000; count += 1) log.write(line);
    process.kill(await pidOfStopped(join(folder, "pid")), "SIGCONT");
    const dropped = Number(/^(\d+) lines for syslog were dropped/.exec(await firstTrouble())?.[1]);
    expect(dropped).toBeGreaterThan(48_000);
    expect(dropped).toBeLessThan(50_000);
  });
});

async function pidOfStopped(pidFile: string): Promise<number> {
  for (;;) {
    const pid = existsSync(pidFile) ? readFileSync(pidFile, "utf8").trim() : "";
    if (pid !== "" && readFileSync(`/proc/${pid}/stat`, "utf8").includes(") T ")) return Number(pid);
    await wait(10);
  }
}
