/** Makes what carries out orders: installs, and everything else that an application can be told. */
import { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import type { Timestamp } from "@gateway-engine/core/clock";
import { InstallError } from "@gateway-engine/core/errors";
import { findAccount, homeOfAccount } from "@gateway-engine/platform/accounts";
import { mayBecome } from "@gateway-engine/platform/as-user";
import { systemClock } from "@gateway-engine/platform/clock";
import { exactFiles } from "@gateway-engine/platform/exact-files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { layerMachine } from "@gateway-engine/platform/layered";
import { leanFiles } from "@gateway-engine/platform/lean-files";
import { acquireLock } from "@gateway-engine/platform/lock";
import { thisMachine } from "@gateway-engine/platform/machine";
import { bootId } from "@gateway-engine/platform/process-table";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { systemRandom } from "@gateway-engine/platform/random";
import { endProcessesWith } from "@gateway-engine/platform/stray-processes";
import { nodeTcpDialer } from "@gateway-engine/platform/tcp";
import { ActionRunner } from "./actions/action-runner.ts";
import { ActionSteps } from "./actions/action-steps.ts";
import { ProgramControl } from "./actions/program-control.ts";
import { Uninstaller } from "./actions/uninstaller.ts";
import type { ReplaceableEngine } from "./components/compose.ts";
import { rebootCommand, scriptSeconds } from "./environment.ts";
import { DataSnapshots } from "./install/data/snapshots.ts";
import { type FetchDeps, PackageFetcher } from "./install/fetch-package.ts";
import { InstallRunner } from "./install/install-runner.ts";
import { OrderLog } from "./install/order-log.ts";
import { Preparation } from "./install/preparation.ts";
import { ProgramSwitch } from "./install/program-switch.ts";
import type { ProgressHub } from "./install/progress.ts";
import { ReleaseFolders } from "./install/release-folders.ts";
import { ScriptStage } from "./install/script-stage.ts";
import { InstallSteps } from "./install/steps.ts";
import { Tidying } from "./install/tidying.ts";
import { Layers } from "./install/undo/layers.ts";
import { ScriptTraces } from "./install/undo/script-traces.ts";
import type { OrderRunners } from "./install/worker.ts";
import { askServer } from "./server-link.ts";
import { SignatureCheck } from "./trust/signature-check.ts";
import { supervisorOf, type Workshop } from "./workshop.ts";

export interface Installer extends OrderRunners {
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
  readonly progress: ProgressHub;
}

export function composeInstaller({ workshop, remote, onResult, engine, progress }: InstallerOptions): Installer {
  const { settings, paths, journal, versions, environment } = workshop;
  const log = workshop.log.named("install");
  const ports = { files: nodeFiles, clock: systemClock, random: systemRandom };
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
    traces: new ScriptTraces({ files: nodeFiles, exactFiles, paths, machine: layerMachine }),
    script: {
      files: nodeFiles,
      commands: nodeCommandRunner,
      endProcessesWith,
      timeoutMs: scriptSeconds(environment) * 1000,
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
  const keptReleases = async () => (await settings.engine.read()).keptReleases;
  const snapshots = new DataSnapshots({ files, commands: nodeCommandRunner, snapshotsDir: paths.snapshotsDir });
  const own = { files, journal, folders, programs, script, components, snapshots, versions, fetcher };
  const preparation = new Preparation({
    ...own,
    floors: workshop.floors,
    signatures: signatureCheck(workshop, remote),
    admission: { files: nodeFiles, folders, versions, machine: thisMachine, accounts },
    bootId,
  });
  const tidying = new Tidying({ ...own, keptReleases });
  const steps = new InstallSteps({
    ...own,
    preparation,
    tidying,
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
    root: paths.root,
  });
  const orderLog = new OrderLog({ journal, progress, log, onResult });
  const actions = new ActionRunner({
    journal,
    steps: composeActions(workshop, folders, script),
    orderLog,
    bootId,
    log,
  });
  const installs = new InstallRunner({
    journal,
    steps,
    preparation,
    tidying,
    orderLog,
    bootId,
    clock: systemClock,
    log,
  });
  return { installs, actions, sweep: () => tidying.sweep() };
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

function signatureCheck(workshop: Workshop, { serverTime }: Remote): SignatureCheck {
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

const NOT_RUNNING = "an engine has to run that can be replaced; start it and order the package again";
