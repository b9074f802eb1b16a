/** supervisord: reads its command line and configuration, goes into the background, and runs until it is told to end. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describeError, exitCodeFor, StorageError } from "@gateway-engine/core/errors";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { VERSION } from "@gateway-engine/core/version";
import { type BackgroundReport, startInBackground, takeBackgroundReport } from "@gateway-engine/platform/daemonize";
import { replacementProblem, replaceProcess } from "@gateway-engine/platform/replace-process";
import { FOUND_OPEN_FILES } from "@gateway-engine/platform/resource-limits";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { compose, type DaemonOptions } from "./compose.ts";
import { createConfigMachine } from "./config/compose.ts";
import { loadConfig } from "./config/load.ts";
import type { DaemonConfig, Environment, SupervisordConfig } from "./config/model.ts";
import type { ConfigProblem } from "./config/problem.ts";
import { applyArguments, DAEMON_USAGE, type DaemonArguments, parseDaemonArguments } from "./daemon/arguments.ts";
import type { Daemon } from "./daemon/daemon.ts";
import { LifeSignals } from "./daemon/life-signals.ts";
import { builtinFolders, findMainFile } from "./daemon/main-file.ts";
import { hasTakenOver, LAUNCHER, planReplacement, REPLACED } from "./daemon/replacement.ts";
import { backgroundNotices, identityNotice, settle } from "./daemon/settle.ts";
import { ALREADY_LISTENING, isPortInUse } from "./http/servers.ts";

/** What the original exits with when it cannot begin. */
const EX_CANNOT_BEGIN = 2;
/** How long connections may last once every process is stopped. */
const LAST_ANSWERS_MS = 500;

/** Set by the launcher that is process 1 of a container. */
const PROCESS_ONE = "GWE_PROCESS_ONE";

type Load = () => Result<SupervisordConfig, ConfigProblem>;

// A terminal that went away must not take the programs with it.
process.stdout.on("error", () => {});

const report = takeBackgroundReport();
/** Another program of supervisord was in this process: it is in the background already, where that is wanted. */
const isSuccessor = hasTakenOver(process.env[REPLACED], process.pid);
delete process.env[REPLACED];
const startedIn = process.cwd();
/** Without what the launcher tells us, which is no business of our children. */
const environment: Environment = Object.fromEntries(
  Object.entries(process.env)
    .filter(([key]) => ![FOUND_OPEN_FILES, PROCESS_ONE, LAUNCHER].includes(key))
    .map(([key, value]) => [key, value ?? ""]),
);

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const given = parseDaemonArguments(argv);
  if (!given.ok) return refuse(given.problem);
  if (given.value.help) return say(DAEMON_USAGE);
  if (given.value.version) return say(`${VERSION}\n`);
  const load = configLoader(given.value);
  if (!load.ok) return refuse(load.problem);
  const config = load.value();
  if (!config.ok) return refuse(config.problem.message);
  const { daemon } = config.value;
  if (!daemon.nodaemon && report === undefined && !isSuccessor) return goIntoBackground();
  if (!daemon.nodaemon) settleInBackground(daemon);
  return runLives(config.value, load.value, report);
}

/** The configuration with the command line over it; read again at every `reread`. */
function configLoader(given: DaemonArguments): Result<Load, string> {
  const root = process.env["GWE_ROOT"];
  const main = findMainFile({
    given: given.configuration,
    gatewayRoot: root,
    workingDirectory: process.cwd(),
    programDirectory: dirname(process.argv[1] ?? process.cwd()),
    exists: existsSync,
  });
  if (!main.ok) return main;
  const machine = createConfigMachine(environment, process.cwd());
  return ok(() => {
    if (main.value.text !== undefined) {
      for (const folder of builtinFolders(gatewayPaths(root))) nodeSyncFiles.makeFolder(folder, 0o755);
    }
    const config = loadConfig(main.value, { files: nodeSyncFiles, machine });
    if (!config.ok) return config;
    const daemon = applyArguments(config.value.daemon, given, machine);
    if (daemon.ok) return ok(stayAsProcessOne({ ...config.value, daemon: daemon.value }));
    const place = { file: main.value.path, line: undefined, section: undefined, option: undefined };
    return fail({ message: daemon.problem, ...place });
  });
}

/** A container ends with its process 1: that must not go into the background. */
function stayAsProcessOne(config: SupervisordConfig): SupervisordConfig {
  if (process.env[PROCESS_ONE] === undefined || config.daemon.nodaemon) return config;
  const message = "nodaemon=true is assumed: this container would end if its process 1 went into the background";
  return {
    ...config,
    daemon: { ...config.daemon, nodaemon: true },
    notices: [...config.notices, { level: "WARN", message }],
  };
}

async function goIntoBackground(): Promise<number> {
  const outcome = await startInBackground();
  if (outcome.kind === "up") return 0;
  return refuse(outcome.reason === "" ? "supervisord ended before it was up; see its log" : outcome.reason);
}

function settleInBackground({ umask, directory }: DaemonConfig): void {
  process.umask(umask);
  if (directory !== undefined) process.chdir(directory);
}

/** One life after another, in the same process, until a shutdown. */
async function runLives(
  first: SupervisordConfig,
  load: Load,
  background: BackgroundReport | undefined,
): Promise<number> {
  const settled = settle(first.daemon);
  if (!settled.ok) return refuse(settled.problem);
  let config = first;
  const signals = new LifeSignals((name, act) => void process.on(name, act));
  for (let toldUp = false; ; toldUp = true) {
    const daemon = await begin({
      config,
      reload: load,
      notices: [...identityNotice(config.daemon), ...(toldUp ? [] : settled.value.notices)],
      backgroundNotices: toldUp || background === undefined ? [] : backgroundNotices(config.daemon),
      openFiles: settled.value.openFiles,
      replacementProblem: () => {
        const plan = replacement(load);
        return plan.ok ? undefined : plan.problem;
      },
    });
    if (!daemon.ok) return refuse(daemon.problem);
    signals.goTo(daemon.value);
    if (!toldUp) background?.up();
    await daemon.value.ended;
    if (daemon.value.mood === "REPLACING") await daemon.value.prepareHandover(LAST_ANSWERS_MS);
    if (daemon.value.mood === "REPLACING") becomeSuccessor(daemon.value, config.daemon);
    await daemon.value.stop(LAST_ANSWERS_MS);
    signals.goTo(undefined);
    // Node would wait for a child that we may not signal.
    if (daemon.value.mood === "SHUTDOWN") process.exit(daemon.value.exitStatus);
    const again = load();
    if (!again.ok) return refuse(again.problem.message);
    config = again.value;
  }
}

function replacement(load: Load): Result<string, string> {
  return planReplacement({
    launcher: process.env[LAUNCHER],
    problemOf: (launcher) => replacementProblem(launcher) ?? missingFolder(startedIn),
    configurationProblem: () => {
      const config = load();
      return config.ok ? undefined : config.problem.message;
    },
  });
}

/** With the command line and the surroundings that this program was started with. */
function becomeSuccessor(daemon: Daemon, { pidfile }: DaemonConfig): never {
  daemon.handOver();
  process.chdir(startedIn);
  const mark = `${process.pid}:${pidfile}`;
  return replaceProcess(process.env[LAUNCHER] ?? "", process.argv.slice(2), { ...process.env, [REPLACED]: mark });
}

function missingFolder(folder: string): string | undefined {
  return existsSync(folder) ? undefined : `the folder ${folder}, where it was started, is gone`;
}

async function begin(options: Omit<DaemonOptions, "environment" | "pid" | "echo">): Promise<Result<Daemon, string>> {
  const { nodaemon, silent, logfile } = options.config.daemon;
  const isEchoed = nodaemon && !silent && !(logfile.kind === "file" && logfile.path === "/dev/stdout");
  try {
    const echo = isEchoed ? (line: string) => void process.stdout.write(line) : undefined;
    const daemon = compose({ ...options, environment, pid: process.pid, echo });
    try {
      await daemon.start();
      return ok(daemon);
    } catch (error) {
      await daemon.abandon();
      throw error;
    }
  } catch (error) {
    const isTaken = isPortInUse(error) || (error instanceof StorageError && error.code === "E_LOCKED");
    if (isTaken) return fail(ALREADY_LISTENING);
    if (exitCodeFor(error) === exitCodeFor(undefined)) throw error;
    return fail(describeError(error));
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** In the background nobody reads standard error: whoever started us is told. */
function refuse(problem: string): number {
  if (report !== undefined) report.failed(problem);
  else process.stderr.write(`Error: ${problem}\nFor help, use supervisord -h\n`);
  return EX_CANNOT_BEGIN;
}
