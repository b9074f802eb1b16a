import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { expect, onTestFinished, test } from "vitest";
import { followLog } from "../../src/http/log-stream.ts";

/** A log that is being followed; `shows` waits until the whole of what came so far is this text. */
function follow(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "follow-"));
  const path = join(folder, "x.log");
  const end = new AbortController();
  onTestFinished(() => {
    end.abort();
    rmSync(folder, { recursive: true });
  });
  writeFileSync(path, text);
  const chunks = followLog(path, { files: nodeSyncFiles, clock: systemClock }, end.signal);
  let shown = "";
  const shows = async (expected: string) => {
    while (shown.length < expected.length) shown += Buffer.from((await chunks.next()).value ?? "").toString();
    expect(shown).toBe(expected);
  };
  return { path, shows };
}

test("a log is shown from its last 1024 bytes on, and then what is added", async () => {
  const { path, shows } = follow(`${"a".repeat(50)}${"b".repeat(1024)}`);
  await shows("b".repeat(1024));
  appendFileSync(path, "more");
  await shows(`${"b".repeat(1024)}more`);
});

test("a log that was put aside goes on with the whole of the new one, even if that is longer already", async () => {
  const { path, shows } = follow("old");
  await shows("old");
  renameSync(path, `${path}.1`);
  writeFileSync(path, "the new one is longer");
  await shows("oldthe new one is longer");
});

test("a log that was emptied is said to be, and goes on", async () => {
  const { path, shows } = follow("something");
  await shows("something");
  truncateSync(path);
  await shows("something==> File truncated <==\n");
  appendFileSync(path, "new");
  await shows("something==> File truncated <==\nnew");
});
