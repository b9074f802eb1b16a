/** The one place where the engine's services are made. */
import type { Timestamp } from "@gateway-engine/core/clock";
import { describeError, InstallError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger, LogLevel } from "@gateway-engine/core/logger";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { type ProxyRules, proxyRulesFrom } from "@gateway-engine/core/proxy";
import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient } from "@gateway-engine/device-client/device-client";
import { tryDownload } from "@gateway-engine/device-client/download";
import { RateLimit } from "@gateway-engine/device-client/rate-limit";
import { findAccount, homeOfAccount } from "@gateway-engine/platform/accounts";
import { mayBecome } from "@gateway-engine/platform/as-user";
import { systemClock } from "@gateway-engine/platform/clock";
import { DatabaseDisk } from "@gateway-engine/platform/database-disk";
import { exactFiles } from "@gateway-engine/platform/exact-files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { layerMachine } from "@gateway-engine/platform/layered";
import { leanFiles } from "@gateway-engine/platform/lean-files";
import { acquireLock, type Lock } from "@gateway-engine/platform/lock";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { thisMachine } from "@gateway-engine/platform/machine";
import { bootId } from "@gateway-engine/platform/process-table";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { endProcessesWith } from "@gateway-engine/platform/stray-processes";
import { nodeTcpDialer } from "@gateway-engine/platform/tcp";
import { removeAbandoned } from "@gateway-engine/platform/temporary-names";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import { createSupervisorClient, type SupervisorClient } from "@gateway-engine/supervisor/client";
import { countingHttpClient } from "@gateway-engine/telemetry/counting-http-client";
import { UsageLedger } from "@gateway-engine/telemetry/usage-ledger";
import { ActionRunner } from "./actions/action-runner.ts";
import { ActionSteps } from "./actions/action-steps.ts";
import { ProgramControl } from "./actions/program-control.ts";
import { Uninstaller } from "./actions/uninstaller.ts";
import { queueVersion } from "./components/ask-queue.ts";
import type { ReplaceableEngine } from "./components/compose.ts";
import { createAppControl } from "./control/app-control.ts";
import { startControlServer } from "./control/control-server.ts";
import { createEngineControl } from "./control/engine-control.ts";
import { type Environment, rebootCommand, scriptSeconds, serverOverride } from "./environment.ts";
import { Activation, type ServerLink } from "./identity/activation.ts";
import { settleIdentity } from "./identity/own-identity.ts";
import { type FetchDeps, PackageFetcher } from "./install/fetch-package.ts";
import { InstallRunner } from "./install/install-runner.ts";
import { OrderLog } from "./install/order-log.ts";
import { ProgramSwitch } from "./install/program-switch.ts";
import { ProgressHub } from "./install/progress.ts";
import { ReleaseFolders } from "./install/release-folders.ts";
import { ScriptStage } from "./install/script-stage.ts";
import { InstallSteps } from "./install/steps.ts";
import { Layers } from "./install/undo/layers.ts";
import { VersionTable } from "./install/version-table.ts";
import { InstallWorker } from "./install/worker.ts";
import { Journal } from "./journal/journal.ts";
import { JOURNAL_SCHEMA } from "./journal/schema.ts";
import { Cloud } from "./loop/cloud.ts";
import { CommandIntake } from "./loop/command-intake.ts";
import { CommandListener } from "./loop/command-listener.ts";
import { DeploymentSender } from "./loop/deployment-sender.ts";
import { EngineLoop } from "./loop/engine-loop.ts";
import { IntervalIntake } from "./loop/interval-intake.ts";
import { ReportSender } from "./loop/report-sender.ts";
import { gatewayReports } from "./loop/reports.ts";
import { ResultSender } from "./loop/result-sender.ts";
import { type RunningParts, runningParts } from "./running-parts.ts";
import { createSettings, type Settings } from "./settings.ts";
import { KnownTime } from "./trust/known-time.ts";
import { RollbackFloors } from "./trust/rollback-floors.ts";
import type { SignatureCheck } from "./trust/signature-check.ts";

export interface EngineOptions {
  readonly environment: Environment;
  /** Instead of the level in Engine.config. */
  readonly debugLevel?: LogLevel | undefined;
  /** Takes the lines of the log. */
  readonly write: (text: string) => void;
}

/** What the engine and a command-line install have in common: the gateway's state, and the right to change it. */
export interface Workshop {
  readonly settings: Settings;
  readonly paths: GatewayPaths;
  readonly log: Logger;
  readonly http: HttpClient;
  readonly journal: Journal;
  readonly floors: RollbackFloors;
  readonly knownTime: KnownTime;
  readonly versions: VersionTable;
  /** How the server is reached. */
  readonly proxy: ProxyRules | undefined;
  /** What the engine's own requests cost. */
  readonly ledger: UsageLedger;
  readonly environment: Environment;
  close(): void;
}

/** As they are called in Engine.config. */
const TLS_OPTIONS = { cert: "tls_cert", key: "tls_key", ca: "tls_ca" };

/**
 * @throws StorageError E_LOCKED when an engine runs already, ConfigError when a configuration file, or a file of `tls_cert` and
 *   its sisters, cannot be used
 */
export async function openWorkshop({ environment, debugLevel, write }: EngineOptions): Promise<Workshop> {
  const paths = gatewayPaths(environment["GWE_ROOT"]);
  const settings = createSettings({ files: nodeFiles, clock: systemClock, paths, acquireLock });
  const config = await settings.engine.read();
  const level = debugLevel ?? config.debugLevel;
  const log = createLineLogger("engine", { level: () => level, now: systemClock.now, write });
  const network = { proxy: proxyRulesFrom(environment), tls: await readTlsFiles(config.tls, TLS_OPTIONS) };
  const lock: Lock = acquireLock(`${paths.stateDir}/engine.lock`, paths.stateDir, "stop that first");
  try {
    const database = openSqlite(paths.journal, JOURNAL_SCHEMA, { toleratesNewer: true });
    const reserve = new DatabaseDisk(paths.journal);
    const journal = new Journal({ database, clock: systemClock, random: systemRandom, reserve });
    journal.keepRoom();
    const versions = new VersionTable(journal, settings.engine);
    const http = createHttpClient(network);
    const floors = new RollbackFloors(database);
    const knownTime = new KnownTime(database);
    const close = () => {
      http.close();
      journal.close();
      lock.release();
    };
    const ledger = new UsageLedger();
    const { proxy } = network;
    return { settings, paths, log, http, proxy, journal, floors, knownTime, versions, ledger, environment, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

export interface Installer {
  readonly fetcher: PackageFetcher;
  readonly worker: InstallWorker;
  readonly progress: ProgressHub;
  /** Removes what installs left behind that ended just before the engine did. */
  readonly sweep: () => Promise<void>;
}

/** What an installer has of the server. */
export interface Remote extends Pick<FetchDeps, "download" | "activated"> {
  /** @returns undefined when the server cannot be asked */
  readonly serverTime: (signal: AbortSignal) => Promise<Timestamp | undefined>;
}

export interface InstallerOptions {
  readonly workshop: Workshop;
  readonly remote: Remote;
  /** Called when a report waits in the journal. */
  readonly onResult: () => void;
  /** Undefined when no engine runs that could be replaced. */
  readonly engine: () => ReplaceableEngine | undefined;
}

export function composeInstaller({ workshop, remote, onResult, engine }: InstallerOptions): Installer {
  const { settings, paths, journal, versions, environment } = workshop;
  const log = workshop.log.named("install");
  const ports = { files: nodeFiles, clock: systemClock, random: systemRandom };
  const progress = new ProgressHub();
  const files = leanFiles(nodeFiles);
  const fetcher = new PackageFetcher({ files, downloadsDir: paths.downloadsDir, random: systemRandom, ...remote });
  const programs = new ProgramSwitch({
    ...ports,
    supervisor: supervisorOf(workshop),
    supervisorConfDir: paths.supervisorConfDir,
    logDir: paths.logDir,
    maxAttempts: async () => (await settings.engine.read()).maxSupervisorRpcAttempts,
  });
  const folders = new ReleaseFolders(nodeFiles, paths.appsDir);
  const layers = new Layers({
    files: nodeFiles,
    exactFiles,
    clock: systemClock,
    commands: nodeCommandRunner,
    paths,
    environment,
    machine: layerMachine,
  });
  const accounts = { find: findAccount, homeOf: homeOfAccount, mayBecome };
  const script = new ScriptStage({
    files: nodeFiles,
    accounts,
    paths,
    folders,
    layers,
    script: {
      files: nodeFiles,
      commands: nodeCommandRunner,
      endProcessesWith,
      timeoutMs: scriptSeconds(environment) * 1000,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    },
    environment,
  });
  const components = async () => {
    const self = engine();
    if (self === undefined) throw new InstallError("E_COMPONENT", { component: "the engine", problem: NOT_RUNNING });
    const { composeComponents } = await import("./components/compose.ts");
    const readJournal = () => void journal.nextOrder();
    const engineConfig = settings.engine;
    const logs = supervisorOf(workshop);
    return composeComponents({ ...workshop, engineConfig, programs, logs, folders, readJournal, engine: self });
  };
  const steps = new InstallSteps({
    files,
    journal,
    versions,
    floors: workshop.floors,
    programs,
    fetcher,
    folders,
    script,
    admission: { files: nodeFiles, folders, versions, machine: thisMachine, accounts },
    probation: {
      clock: systemClock,
      log,
      commands: nodeCommandRunner,
      http: workshop.http,
      tcp: nodeTcpDialer,
      supervisor: supervisorOf(workshop),
      askServer: (signal) => askServer(workshop, signal),
      defaultSeconds: async () => (await settings.engine.read()).probation,
    },
    snapshots: async () => {
      const { DataSnapshots } = await import("./install/data/snapshots.ts");
      const snapshotsDir = `${paths.stateDir}/snapshots`;
      return new DataSnapshots({ files: nodeFiles, commands: nodeCommandRunner, snapshotsDir });
    },
    root: paths.root,
    signatures: () => loadSignatureCheck(workshop, remote),
    components,
    bootId,
    keptReleases: async () => (await settings.engine.read()).keptReleases,
  });
  const orderLog = new OrderLog({ journal, progress, log, onResult });
  const actions = new ActionRunner({
    journal,
    steps: composeActions(workshop, folders, script),
    orderLog,
    bootId,
    log,
  });
  const installs = new InstallRunner({ journal, steps, orderLog, bootId, clock: systemClock, log });
  return {
    fetcher,
    worker: new InstallWorker({ ...ports, journal, installs, actions, log }),
    progress,
    sweep: () => steps.sweep(),
  };
}

function composeActions(workshop: Workshop, folders: ReleaseFolders, script: ScriptStage): ActionSteps {
  const { settings, paths, journal, versions, environment } = workshop;
  const { supervisorConfDir, root } = paths;
  const programs = new ProgramControl({ files: nodeFiles, supervisor: supervisorOf(workshop), supervisorConfDir });
  return new ActionSteps({
    clock: systemClock,
    commands: nodeCommandRunner,
    endProcessesWith,
    journal,
    programs,
    uninstaller: new Uninstaller({ files: nodeFiles, paths, folders, journal, programs, script }),
    versions,
    rebootCommand: rebootCommand(environment),
    allowsRun: async () => (await settings.engine.read()).allowRun,
    root,
    environment,
  });
}

async function loadSignatureCheck(workshop: Workshop, { serverTime }: Remote): Promise<SignatureCheck> {
  const { SignatureCheck } = await import("./trust/signature-check.ts");
  const { TrustFile } = await import("@gateway-engine/artifact/trust/trust-file");
  const { settings, paths, floors, knownTime: time } = workshop;
  const lock = () => acquireLock(`${paths.runDir}/trust.lock`, paths.trustDir, "try again in a moment");
  return new SignatureCheck({
    files: nodeFiles,
    trust: new TrustFile({ files: nodeFiles, clock: systemClock, lock, folder: paths.trustDir }),
    floors,
    time,
    rule: async () => (await settings.engine.read()).requireSignature,
    serverTime,
  });
}

export interface Engine extends RunningParts {
  /** Resolves when the engine is to end and to be started again, since another release of it is in force. */
  readonly replaced: Promise<void>;
  /** One check-in with the installs it orders, instead of `start`. @throws what kept it from coming about */
  once(signal: AbortSignal): Promise<void>;
}

/**
 * Makes the engine; nothing runs yet.
 *
 * @throws ConfigError E_IDENTITY_MISSING when nobody has said who this gateway is, E_CONFIG_VALUE
 */
export async function composeEngine(workshop: Workshop): Promise<Engine> {
  const { settings, paths, log, journal, versions } = workshop;
  const ports = { clock: systemClock, random: systemRandom, log };
  const identity = () =>
    settleIdentity({ gatewayCfg: settings.gateway, networkInterfaces: thisMachine.networkInterfaces });
  serverOverride(workshop.environment);
  await identity();
  await versions.update();

  const activation: Activation = new Activation({
    gatewayCfg: settings.gateway,
    identity,
    connect: (product) => connect(workshop, product, () => activation.identity().cik),
    onLost: () => loop.wake(),
    clock: systemClock,
    log,
  });
  const cloud = new Cloud({ activation, clock: systemClock, onTime: (at) => workshop.knownTime.note(at) });
  const results = new ResultSender({ ...ports, journal, cloud, activation });
  const onResult = () => results.poke();
  const rateLimit = new RateLimit(systemClock);
  const files = leanFiles(nodeFiles);
  let mayWait = true;
  const replaced = Promise.withResolvers<void>();
  const remote: Remote = {
    download: async (order, tries) => {
      rateLimit.bytesPerSecond = (await settings.engine.read()).downloadRate;
      return activation.using(({ client, product }) =>
        tryDownload({ client, files, clock: systemClock, rateLimit }, { ...order, product }, tries),
      );
    },
    activated: async (signal) => {
      if (mayWait) return activation.activated(signal);
      if (!(await activation.ensure(signal))) throw activation.problem;
    },
    serverTime: (signal) => timeOrUndefined(cloud, signal),
  };
  const self: ReplaceableEngine = {
    pid: process.pid,
    lastCheckIn: () => loop.lastCheckIn,
    hasCik: () => activation.identity().cik !== "",
    server: () => activation.server,
    startAgain: (signal) => {
      replaced.resolve();
      return rejection(signal);
    },
  };
  // An engine that ends after one check-in is started again by nobody.
  const installer = composeInstaller({ workshop, remote, onResult, engine: () => (mayWait ? self : undefined) });
  const { worker } = installer;
  const deployments = new DeploymentSender({ ...ports, journal, progress: installer.progress, cloud, activation });
  deployments.recall();
  await installer.sweep().catch((error) => log.warn(`what installs have left behind stays: ${describeError(error)}`));
  for (const folder of [paths.configDir, paths.trustDir, paths.supervisorConfDir]) await removeAbandoned(folder);
  const onInstalls = () => worker.poke();
  const supervisor = supervisorOf(workshop);
  const telemetry = { files: nodeFiles, machine: thisMachine, root: "/", ledger: workshop.ledger };
  const reports = gatewayReports({
    telemetry,
    supervisor,
    versions,
    queueVersion: queueVersionOf(workshop),
    server: () => activation.server,
    log,
  });
  const loop: EngineLoop = new EngineLoop(
    {
      ...ports,
      activation,
      cloud,
      journal,
      onResult,
      reports: new ReportSender({ ...ports, cloud, reports }),
      commands: new CommandIntake({ journal, cloud, log, onInstalls, onResult }),
      interval: new IntervalIntake({ engineConfig: settings.engine, journal, cloud, log, onResult }),
      listener: new CommandListener({ ...ports, cloud }),
    },
    (await settings.engine.read()).updateInterval,
  );
  const localInstall = { journal, progress: installer.progress, onInstalls };
  const control = createEngineControl({
    pid: process.pid,
    activation,
    loop,
    journal,
    versions,
    appControl: createAppControl({
      versions,
      journal,
      supervisor,
      queueVersion: queueVersionOf(workshop),
      localInstall,
    }),
    localInstall,
  });
  return {
    replaced: replaced.promise,
    ...runningParts(
      {
        loops: [
          (signal) => worker.run(signal),
          (signal) => results.run(signal),
          (signal) => deployments.run(signal),
          (signal) => loop.run(signal),
          ...(await watchedFolder(workshop, onInstalls)),
        ],
        listen: () =>
          startControlServer({
            socketPath: paths.gweSocket,
            control,
            onError: (error) => log.warn(describeError(error)),
          }),
      },
      systemClock,
    ),
    once: async (signal) => {
      mayWait = false;
      const checkIn = await loop.checkIn(signal);
      await worker.workOff(signal, checkIn.kind === "done" ? undefined : "local", ONCE_REST_MS);
      const sending = results.sendAll(signal);
      // How the install ended is in the results.
      await deployments.sendAll(signal).catch(() => {});
      if (checkIn.kind === "done") return sending;
      // What is not sent now stays in the journal; why the check-in failed says more.
      await sending.catch(() => {});
      throw checkIn.error;
    },
  };
}

async function timeOrUndefined(cloud: Cloud, signal: AbortSignal): Promise<Timestamp | undefined> {
  try {
    return (await cloud.timestamp(signal)) * 1000;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

type Loop = (signal: AbortSignal) => Promise<never>;

async function watchedFolder(
  { settings, journal, versions, log }: Workshop,
  onInstalls: () => void,
): Promise<readonly Loop[]> {
  const { installFolder } = await settings.engine.read();
  if (installFolder === "") return [];
  const { InstallFolder } = await import("./install-folder/install-folder.ts");
  const deps = {
    files: leanFiles(nodeFiles),
    clock: systemClock,
    journal,
    versions,
    log: log.named("install"),
    onInstalls,
  };
  const folder = new InstallFolder(installFolder, deps);
  return [(signal) => folder.run(signal)];
}

/** The server of a product; its address may be overridden. */
async function connect(workshop: Workshop, product: string, cik: () => string): Promise<ServerLink> {
  const config = await workshop.settings.engine.read();
  const server = serverAddress(serverOverride(workshop.environment), config.server, product);
  const userAgent = config.userAgent || `GatewayEngine-v${VERSION}`;
  const http = countingHttpClient(workshop.http, workshop.ledger, "gwe");
  return { server, product, client: createDeviceClient({ http, server, userAgent, cik, timeoutMs: SILENCE_MS }) };
}

/** Never resolves. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

/** @throws TransportError when the server cannot be reached */
async function askServer(workshop: Workshop, signal: AbortSignal): Promise<void> {
  const { vendor } = await workshop.settings.gateway.read();
  const { client } = await connect(workshop, vendor, () => "");
  await client.timestamp({ signal });
}

export function queueVersionOf({ http, paths }: Workshop): (signal: AbortSignal) => Promise<string | undefined> {
  return (signal) => queueVersion(http, paths.gmqSocket, signal);
}

export function supervisorOf({ http, paths }: Workshop): SupervisorClient {
  return createSupervisorClient({ http, socketPath: paths.supervisorSocket });
}

/** How long an engine that ends after one check-in waits for a download that does not come on; the next one goes on with it. */
const ONCE_REST_MS = 60_000;
const NOT_RUNNING = "an engine has to run that can be replaced; start it and order the package again";
/** Longest silence of the server that is waited for. */
const SILENCE_MS = 30_000;
/** What is kept of a script's output; it has to fit into a value of the server. */
const MAX_OUTPUT_BYTES = 32_768;
