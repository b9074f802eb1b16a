/** The rules by which programs' logs are written. */
import { readdirSync, statSync } from "node:fs";
import { expect } from "vitest";
import type { Daemon } from "./daemon.ts";
import { onBothDaemons, sharedDaemon } from "./suite.ts";

/** A program that says what it is told; each text is in the log before the next is sent. */
function echo(name: string, lines: string): string {
  return `[program:${name}]\ncommand=/bin/cat\nstartsecs=0\nstdout_logfile=$HERE/${name}.log\nstderr_logfile=NONE\n${lines}\n`;
}

async function say(daemon: Daemon, name: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await daemon.call("sendProcessStdin", name, text);
    await daemon.eventually(`${text} in a log of ${name}`, () =>
      logFiles(daemon, name).some((file) => daemon.read(file).includes(text)),
    );
  }
}

function logFiles(daemon: Daemon, name: string): readonly string[] {
  return readdirSync(daemon.folder)
    .filter((file) => file.startsWith(`${name}.log`))
    .sort();
}

onBothDaemons("a log", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: [
      echo("kept", "stdout_logfile_maxbytes=10\nstdout_logfile_backups=3"),
      echo("emptied", "stdout_logfile_maxbytes=10\nstdout_logfile_backups=0"),
      echo("endless", "stdout_logfile_maxbytes=0"),
      echo("older", "stdout_logfile_maxbytes=20\nstdout_logfile_backups=1"),
      "[program:auto]\ncommand=sleep infinity\nautostart=false\n[program:none]\ncommand=/bin/sh -c 'echo lost; exec sleep infinity'\nstdout_logfile=NONE\nstderr_logfile=NONE\nstartsecs=0\n",
    ].join("\n"),
  });

  spec("is put aside after the write that fills it", ["logs full after a write: put aside as .1 to .N"], async () => {
    await daemon().until("kept", "RUNNING");
    await say(daemon(), "kept", [
      "aaaa\n",
      "bbbb\n",
      "cccc\n",
      "dddd\n",
      "eeee\n",
      "ffff\n",
      "gggg\n",
      "hhhh\n",
      "iiii\n",
    ]);
    expect(Object.fromEntries(logFiles(daemon(), "kept").map((file) => [file, daemon().read(file)]))).toEqual({
      "kept.log": "iiii\n",
      "kept.log.1": "gggg\nhhhh\n",
      "kept.log.2": "eeee\nffff\n",
      "kept.log.3": "cccc\ndddd\n",
    });
  });

  spec("is emptied where no backups are kept", ["logs backups=0: emptied"], async () => {
    await daemon().until("emptied", "RUNNING");
    await say(daemon(), "emptied", ["aaaa\n"]);
    await daemon().call("sendProcessStdin", "emptied", "bbbb\n");
    await daemon().eventually("an empty log", () => daemon().read("emptied.log") === "");
    await say(daemon(), "emptied", ["cccc\n"]);
    expect(logFiles(daemon(), "emptied")).toEqual(["emptied.log"]);
    expect(daemon().read("emptied.log")).toBe("cccc\n");
  });

  spec("grows without end where it has no limit", ["logs maxbytes=0: never put aside"], async () => {
    await daemon().until("endless", "RUNNING");
    const texts = Array.from({ length: 5 }, (_, index) => `${String(index).repeat(100)}\n`);
    await say(daemon(), "endless", texts);
    expect(daemon().read("endless.log")).toBe(texts.join(""));
  });

  spec("goes on where an earlier run ended", ["logs an existing log counts and goes on"], async () => {
    await daemon().until("older", "RUNNING");
    await daemon().call("stopProcess", "older");
    daemon().write("older.log", "0123456789\n");
    await daemon().call("startProcess", "older");
    await say(daemon(), "older", ["aaaa\n", "bbbbbb\n", "cc\n"]);
    expect(daemon().read("older.log.1")).toBe("0123456789\naaaa\nbbbbbb\n");
    expect(daemon().read("older.log")).toBe("cc\n");
  });

  spec(
    "that is AUTO is made with the group, for its owner only",
    ["logs AUTO: a file of mode 0600 with its pattern"],
    async () => {
      const { stdout_logfile, stderr_logfile } = await daemon().info("auto");
      expect(stdout_logfile).toMatch(/\/auto-stdout---supervisor-\w+\.log$/);
      expect(stderr_logfile).toMatch(/\/auto-stderr---supervisor-\w+\.log$/);
      for (const path of [stdout_logfile, stderr_logfile]) expect(statSync(path).mode & 0o777).toBe(0o600);
    },
  );

  spec("that is NONE is no file", ["logs NONE: no file"], async () => {
    expect(await daemon().until("none", "RUNNING")).toMatchObject({ stdout_logfile: "", stderr_logfile: "" });
    expect(readdirSync(daemon().folder).filter((name) => name.startsWith("none"))).toEqual([]);
  });
});
