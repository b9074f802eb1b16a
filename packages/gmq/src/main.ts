/** The program `gmq`: without arguments the queue itself, with arguments what `gmq --help` says. */
import { exitCodeFor, failureText, UsageError } from "@gateway-engine/core/errors";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { VERSION } from "@gateway-engine/core/version";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { acquireLock } from "@gateway-engine/platform/lock";
import { aborted, abortOnSignals } from "@gateway-engine/platform/signals";
import { type Command, type FileName, parseArguments, USAGE } from "./command/arguments.ts";
import { getConfiguration, setConfiguration } from "./command/configuration.ts";
import { askReread, askStatus, formatStatus } from "./command/queue-client.ts";
import { isToolCommand, type ToolCommand } from "./command/tool-arguments.ts";
import { compose } from "./compose.ts";
import { type ConfigFile, readConfigText } from "./config/config-file.ts";
import { gmqCfgFile, loggingCfgFile } from "./config/settings.ts";

/** Longest time from SIGTERM to the end, in milliseconds. */
const STOP_DEADLINE_MS = 1500;

async function main(): Promise<void> {
  const command = parseArguments(process.argv.slice(2));
  if (!command.ok) throw new UsageError("E_USAGE", { problem: command.problem });
  const paths = gatewayPaths(process.env["GWE_ROOT"]);
  if (command.value.kind === "run") return run(paths);
  if (isToolCommand(command.value)) return runToolCommand(command.value, paths);
  process.stdout.write(await outputOf(command.value, paths));
}

async function runToolCommand(command: ToolCommand, paths: GatewayPaths): Promise<void> {
  const { runTool } = await import("./command/tools.ts");
  const http = createHttpClient();
  try {
    process.exitCode = await runTool(command, {
      paths,
      http,
      files: nodeFiles,
      clock: systemClock,
      signal: abortOnSignals(),
      input: process.stdin,
      print: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    });
  } finally {
    http.close();
  }
}

async function run(paths: GatewayPaths): Promise<void> {
  const stop = abortOnSignals();
  const gmq = compose({
    paths,
    serverOverride: process.env["GWE_SERVER"],
    write: (line) => process.stdout.write(line),
    pid: process.pid,
  });
  await gmq.start();
  await aborted(stop);
  await gmq.stop(STOP_DEADLINE_MS);
}

async function outputOf(
  command: Exclude<Command, { kind: "run" } | ToolCommand>,
  paths: GatewayPaths,
): Promise<string> {
  const lock = () => acquireLock(`${paths.runDir}/gmq-settings.lock`, paths.configDir, "try again in a moment");
  const file: Record<FileName, ConfigFile<unknown>> = { cfg: gmqCfgFile(paths), log: loggingCfgFile(paths) };
  switch (command.kind) {
    case "help":
      return USAGE;
    case "version":
      return `${VERSION}\n`;
    case "path":
      return `${file[command.file].path}\n`;
    case "show":
      return readConfigText(nodeFiles, file[command.file]);
    case "get":
      return getConfiguration(nodeFiles, file[command.file], command.section, command.option);
    case "set":
      await setConfiguration({ files: nodeFiles, clock: systemClock, lock }, file[command.file], command);
      return "";
    case "reread":
      await withQueue(paths, askReread);
      return "";
    case "status": {
      const status = await withQueue(paths, askStatus);
      return command.json ? `${JSON.stringify(status)}\n` : formatStatus(status, systemClock.now());
    }
  }
}

async function withQueue<Value>(
  { gmqSocket }: GatewayPaths,
  ask: (deps: Parameters<typeof askStatus>[0]) => Promise<Value>,
): Promise<Value> {
  const http = createHttpClient();
  try {
    return await ask({ http, gmqSocket, signal: abortOnSignals() });
  } finally {
    http.close();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(failureText("gmq", error));
    process.exit(exitCodeFor(error));
  },
);
