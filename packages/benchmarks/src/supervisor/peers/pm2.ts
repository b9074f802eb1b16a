/** pm2, a process manager for Node programs. It is AGPL: fetched to be measured, and no dependency of anything here. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../../machine/command.ts";
import { endFamily } from "../../machine/end-family.ts";
import { BUILD_FOLDER } from "../../machine/repository.ts";
import type { Availability } from "../../measurement.ts";
import type { RunningPeer, Setting, SupervisorPeer, Workload } from "../peer.ts";

const VERSION = "7.0.4";
const FOLDER = join(BUILD_FOLDER, `pm2-${VERSION}`);
const PROGRAM = join(FOLDER, "node_modules/pm2/bin/pm2");

export const pm2: SupervisorPeer = { name: "pm2", prepare, start };

async function prepare(): Promise<Availability> {
  try {
    if (!existsSync(PROGRAM)) {
      await runCommand("npm", [
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--prefix",
        FOLDER,
        `pm2@${VERSION}`,
      ]);
    }
    return { kind: "available", version: `pm2 ${VERSION}` };
  } catch (error) {
    return { kind: "missing", reason: `npm install pm2@${VERSION} failed: ${String(error)}` };
  }
}

async function start(workload: Workload, { folder, node }: Setting): Promise<RunningPeer> {
  const ecosystem = join(folder, "ecosystem.config.json");
  const configure = (wanted: Workload) => writeFileSync(ecosystem, JSON.stringify(ecosystemOf(wanted, folder)));
  configure(workload);
  const env = { PM2_HOME: folder, PATH: `${dirname(node)}:${process.env["PATH"] ?? ""}` };
  const command = (...args: readonly string[]) => runCommand(node, [PROGRAM, ...args], { env });
  await command("ping");
  if (workload.autostart && workload.programs > 0) await command("start", ecosystem);
  const pid = Number(readFileSync(join(folder, "pm2.pid"), "utf8"));
  return {
    pid,
    operations: {
      "start all": () => command("start", ecosystem),
      "stop all": () => command("stop", "all"),
      "stop one": () => command("stop", "p0"),
      "status command": () => command("list"),
      "clear all": () => command("flush"),
      update: () => command("start", ecosystem),
    },
    logFile: workload.log === undefined ? undefined : join(folder, "p0.log"),
    configure,
    stop: () => endFamily(pid),
  };
}

/** It keeps a log for ever: rotation is an add-on of its own. */
function ecosystemOf({ command, programs, autorestart, stopWaitSecs, log }: Workload, folder: string): unknown {
  const [script, ...args] = command;
  return {
    apps: Array.from({ length: programs }, (_, index) => ({
      name: `p${index}`,
      script,
      args,
      interpreter: "none",
      autorestart,
      min_uptime: 0,
      max_restarts: Number.MAX_SAFE_INTEGER,
      kill_timeout: stopWaitSecs * 1000,
      ...(log === undefined ? {} : { out_file: join(folder, `p${index}.log`) }),
    })),
  };
}
