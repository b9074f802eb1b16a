import { StorageError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createLineLogger } from "@gateway-engine/platform/logger";
import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { AlertFile, parseAlerts } from "../../src/alerts/alert-file.ts";

function alert(at: number, state: AlertEvent["state"] = "raised"): AlertEvent {
  return { kind: "disk", what: "/data", state, value: 93, limit: 90, at, message: "/data is nearly full" };
}

const silent: Logger = createLineLogger("test", { level: () => "CRITICAL", now: () => 0, write: () => {} });

function path(): string {
  const folder = temporaryFolder("alerts");
  onTestFinished(() => folder.remove());
  return `${folder.path}/alerts.json`;
}

async function opened(file: string, files: Pick<typeof nodeFiles, "readText" | "writeAtomic"> = nodeFiles) {
  const alerts = new AlertFile({ files, path: file, log: silent });
  await alerts.load();
  return alerts;
}

test("what is raised and what waits outlives the engine, and goes out oldest first", async () => {
  const file = path();
  const before = await opened(file);
  await before.note([alert(1)], [alert(1)]);
  await before.note([], [alert(2, "cleared")]);
  await before.markSent();
  const after = await opened(file);
  expect(after.answer).toEqual(before.answer);
  expect(after.unsent).toEqual(alert(2, "cleared"));
  await after.markSent();
  expect(after.unsent).toBeUndefined();
  expect(after.answer.events.map(({ sent }) => sent)).toEqual([true, true]);
});

test("the last fifty that were sent are kept, and all that wait", async () => {
  const alerts = await opened(path());
  for (let at = 0; at < 60; at += 1) {
    await alerts.note([], [alert(at)]);
    await alerts.markSent();
  }
  for (let at = 60; at < 70; at += 1) await alerts.note([], [alert(at)]);
  expect(alerts.unsent?.at).toBe(60);
  expect(alerts.answer.events.map(({ at }) => at)).toEqual(Array.from({ length: 60 }, (_, index) => index + 10));
});

test("on a disk that takes nothing an alert is told all the same", async () => {
  const full = {
    readText: nodeFiles.readText,
    writeAtomic: () => Promise.reject(new StorageError("E_DISK_FULL", { path: "/data" })),
  };
  const alerts = await opened(path(), full);
  await alerts.note([alert(1)], [alert(1)]);
  expect(alerts.unsent).toEqual(alert(1));
});

test.each([undefined, "", "{", "[]", "null", '{"raised":[]}', '{"raised":[{}],"events":[]}'])(
  "%j is no such file",
  (text) => {
    expect(parseAlerts(text)).toBeUndefined();
  },
);
