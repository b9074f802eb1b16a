import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { OpenLog, SyncFiles } from "@gateway-engine/core/sync-files";
import { createChildren } from "@gateway-engine/platform/children";
import { systemClock } from "@gateway-engine/platform/clock";
import { kernelControlGroups } from "@gateway-engine/platform/control-groups";
import { examineExecutable } from "@gateway-engine/platform/examine-file";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { expect, onTestFinished, test } from "vitest";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import { EventBus } from "../../src/events/event-bus.ts";
import { ProcessLimits } from "../../src/limits/process-limits.ts";
import { ChildRecords } from "../../src/process/child-records.ts";
import { Launcher } from "../../src/process/launcher.ts";
import { ManagedProcess } from "../../src/process/managed-process.ts";
import { ProcessStreams } from "../../src/process/process-streams.ts";
import { StartOrder } from "../../src/process/start-order.ts";
import { untilStopped } from "../../src/process/waits.ts";

const none = { ...PROCESS_DEFAULTS.stdout, logfile: { kind: "none" } } as const;
const config: ProcessConfig = {
  ...PROCESS_DEFAULTS,
  ...{ name: "x", group: "x", program: "x", command: "sleep 1000", startsecs: 0, stdout: none, stderr: none },
};

/** A process whose records go to a disk that fails as `broken` says. */
function processOn(broken: Partial<SyncFiles>) {
  const folder = mkdtempSync(join(tmpdir(), "managed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const children = createChildren(folder);
  const { isAlive, findByEnvironment } = children;
  const files = { ...nodeSyncFiles, ...broken };
  const records = new ChildRecords({ files, folder, bootId: "b", isAlive, findByEnvironment });
  const daemon = { environment: { PATH: process.env["PATH"] ?? "" }, serverUrl: undefined };
  const limits = new ProcessLimits({ controlGroups: kernelControlGroups, parent: () => undefined });
  const seams = { examineFile: examineExecutable, openFiles: () => undefined };
  const launcher = new Launcher({ children, daemon, limits, ...seams });
  const said: string[] = [];
  const log = { write: (_level: string, message: string) => void said.push(message), isWritten: () => false };
  const events = new EventBus();
  const streams = new ProcessStreams(
    { config, folder, logfiles: {}, stripAnsi: () => false, pid: () => 0 },
    {
      children,
      files: nodeSyncFiles,
      log,
      events,
      clock: systemClock,
      logCompressor: { compressBackups: () => {} },
      systemLog: { write: () => {}, close: async () => {} },
    },
  );
  const spawnIds: string[] = [];
  const newSpawnId = () => {
    const id = `${folder}-${spawnIds.length}`;
    spawnIds.push(id);
    return id;
  };
  const managed = new ManagedProcess(config, streams, {
    ...{ clock: systemClock, children, records, launcher, log, events, newSpawnId },
    companionsOf: () => [],
    mayRestart: () => true,
    startOrder: new StartOrder(),
  });
  return { managed, records, said, spawnIds };
}

function until(managed: ManagedProcess, name: string): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = managed.onState((to) => {
      if (to !== name) return;
      unsubscribe();
      resolve();
    });
  });
}

/** There is no room for more than half of a record with a pid. */
function writeOnFullDisk(file: OpenLog, path: string, line: Uint8Array): void {
  const isFirst = !Buffer.from(line).includes('"process":');
  file.write(isFirst ? line : line.subarray(0, line.length / 2));
  if (isFirst) return;
  throw new StorageError("E_DISK_FULL", { what: path, reason: "full" });
}

test("a child whose pid cannot be written down is kept, is not started twice, and can be found by its mark", async () => {
  const { managed, records, said, spawnIds } = processOn({
    openLog: (path, options) => {
      const file = nodeSyncFiles.openLog(path, options);
      return { ...file, write: (line) => writeOnFullDisk(file, path, line) };
    },
  });
  const isUp = until(managed, "RUNNING");
  managed.start();
  await isUp;
  expect(spawnIds).toHaveLength(1);
  expect(said.join("\n")).toContain("its record is out of date");
  expect(records.survivors(false).map((survivor) => survivor.process.pid)).toEqual([
    managed.state.name === "RUNNING" ? managed.state.pid : 0,
  ]);
  managed.stop();
  await untilStopped(managed);
  managed.remove();
});

test("a child whose record cannot be removed is seen to end all the same", async () => {
  const { managed, said } = processOn({
    remove: (path) => {
      throw new StorageError("E_FILE_WRITE", { file: path, reason: "read-only" });
    },
  });
  const isUp = until(managed, "RUNNING");
  managed.start();
  await isUp;
  managed.stop();
  await untilStopped(managed);
  expect(managed.state.name).toBe("STOPPED");
  expect(said.join("\n")).toContain("its record is left behind");
  managed.letGo();
});
