/** The two other programs of a gateway that run on Node. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { runCommand } from "../machine/command.ts";
import { launcherOf } from "../machine/repository.ts";

/** Starts gwe and gmq over an empty root, on the Node at `node`, and lets them settle. */
export async function startNeighbours(folder: string, node: string): Promise<{ readonly stop: () => Promise<void> }> {
  const root = mkdtempSync(join(folder, "gateway-"));
  nodeSyncFiles.replace(gatewayPaths(root).gmqCfg, "[server]\nlisten = 127.0.0.1:0\n", 0o600);
  const env = { ...process.env, GWE_ROOT: root, GWE_NODE: node, GWE_SERVER: NOWHERE };
  await runCommand(launcherOf("gwe"), ["--set-uuid", "benchmark"], { env });
  const neighbours = ["gwe", "gmq"].map((name) => spawn(launcherOf(name), [], { env, stdio: "ignore" }));
  const stop = async () => void (await Promise.all(neighbours.map((neighbour) => end(neighbour))));
  await wait(SETTLE_MS);
  if (!neighbours.some((neighbour) => hasEnded(neighbour))) return { stop };
  await stop();
  throw new Error("gwe or gmq ended by itself");
}

async function end(neighbour: ChildProcess): Promise<void> {
  if (hasEnded(neighbour)) return;
  neighbour.kill("SIGTERM");
  await once(neighbour, "exit");
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

const SETTLE_MS = 5000;

/** Nobody listens there: both are at rest, between two attempts. */
const NOWHERE = "http://127.0.0.1:9";
