import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { eventually, type SupervisedFolder, superviseFolder } from "./gateway.ts";

describe("log_compress", () => {
  test("compresses what was put aside, and the whole of the output is there in its order", async () => {
    const folder = superviseFolder(`[program:writer]
command=/bin/sh -c "i=0; while [ $i -lt 60 ]; do i=$((i+1)); seq -f 'line %%g' $((i*500-499)) $((i*500)); done; exec sleep 1000"
stdout_logfile=$HERE/x.log
stdout_logfile_maxbytes=10KB
stdout_logfile_backups=100
[gateway-engine:writer]
log_compress=true
`);
    await folder.start();
    await eventually(() => wholeLog(folder).endsWith("line 30000\n"));
    await eventually(() => oldLogs(folder).length > 1 && oldLogs(folder).every((name) => name.endsWith(".gz")));
    expect(wholeLog(folder)).toBe(Array.from({ length: 30_000 }, (_, index) => `line ${index + 1}\n`).join(""));
    expect(folder.exists("x.log.gz.tmp")).toBe(false);
    expect(folder.ctl("tail", "writer").stdout).toContain(folder.read("x.log").slice(-1000));
  });

  test("loses nothing when supervisord is killed in the middle, and makes up for it the next time", async () => {
    const folder = superviseFolder(`[program:writer]
command=/bin/sh -c "dd if=/dev/urandom bs=1M count=12 2>/dev/null; while read -r line; do echo \\"$line\\"; done"
stdout_logfile=$HERE/x.log
stdout_logfile_maxbytes=12MB
[gateway-engine:writer]
log_compress=true
`);
    const daemon = await folder.start();
    await eventually(() => folder.exists("x.log.gz.tmp"));
    await folder.kill(daemon, "SIGKILL");
    expect(oldLogs(folder)).toEqual(["x.log.1"]);
    const output = readFileSync(folder.file("x.log.1"));
    expect(output.length).toBeGreaterThanOrEqual(12 * 1024 * 1024);
    writeFileSync(folder.file("x.log"), "x".repeat(12 * 1024 * 1024));
    await folder.start();
    await folder.call("sendProcessStdin", "writer", "more\n");
    await eventually(() => oldLogs(folder).join(" ") === "x.log.1.gz x.log.2.gz");
    expect(gunzipSync(readFileSync(folder.file("x.log.2.gz"))).equals(output)).toBe(true);
    expect(folder.exists("x.log.gz.tmp")).toBe(false);
    expect(statSync(folder.file("x.log")).size).toBe(0);
  });

  test("in [gateway-engine] is about supervisord's own log", async () => {
    const folder = superviseFolder(
      "[supervisord]\nlogfile_maxbytes=300\n[gateway-engine]\nlog_compress=true\n[program:x]\ncommand=sleep 1000\n",
    );
    await folder.start();
    await eventually(() => folder.exists("main.log.1.gz"));
  });
});

test("log_rotate=daily puts a log of an earlier day aside with the first output of a new one", async () => {
  const folder = superviseFolder(`[program:writer]
command=/bin/sh -c "echo today; exec sleep 1000"
stdout_logfile=$HERE/x.log
stdout_logfile_maxbytes=0
[gateway-engine:writer]
log_rotate=daily
`);
  writeFileSync(folder.file("x.log"), "yesterday\n");
  const yesterday = Date.now() / 1000 - 86_400;
  utimesSync(folder.file("x.log"), yesterday, yesterday);
  await folder.start();
  await eventually(() => folder.read("x.log") === "today\n");
  expect(folder.read("x.log.1")).toBe("yesterday\n");
});

function oldLogs(folder: SupervisedFolder): readonly string[] {
  return readdirSync(folder.path)
    .filter((name) => /^x\.log\.\d/.test(name))
    .sort();
}

/** From the oldest part to the newest; empty while files are just being replaced. */
function wholeLog(folder: SupervisedFolder): string {
  const numbers = oldLogs(folder).map((name) => Number(name.split(".")[2]));
  const backups = [...new Set(numbers)].sort((one, other) => other - one).map((number) => readBackup(folder, number));
  return backups.includes(undefined) ? "" : `${backups.join("")}${folder.read("x.log")}`;
}

function readBackup(folder: SupervisedFolder, number: number): string | undefined {
  const plain = folder.file(`x.log.${number}`);
  if (existsSync(`${plain}.gz`)) return gunzipSync(readFileSync(`${plain}.gz`)).toString();
  return existsSync(plain) ? readFileSync(plain, "utf8") : undefined;
}
