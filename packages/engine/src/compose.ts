/** Makes the engine. */
import type { Timestamp } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import { VERSION } from "@gateway-engine/core/version";
import { tryDownload } from "@gateway-engine/device-client/download";
import { RateLimit } from "@gateway-engine/device-client/rate-limit";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { leanFiles } from "@gateway-engine/platform/lean-files";
import { thisMachine } from "@gateway-engine/platform/machine";
import { procFolder } from "@gateway-engine/platform/proc-folder";
import { systemRandom } from "@gateway-engine/platform/random";
import { aborted } from "@gateway-engine/platform/signals";
import { removeAbandoned } from "@gateway-engine/platform/temporary-names";
import { UsageMeter } from "@gateway-engine/telemetry/apps/usage-meter";
import { scheduledAlerts } from "./alerts/scheduled-alerts.ts";
import { askQueue } from "./components/ask-queue.ts";
import type { ReplaceableEngine } from "./components/compose.ts";
import type { Remote } from "./compose-installer.ts";
import { createAppControl } from "./control/app-control.ts";
import { startControlServer } from "./control/control-server.ts";
import { createEngineControl } from "./control/engine-control.ts";
import { serverOverride } from "./environment.ts";
import { Activation } from "./identity/activation.ts";
import { settleIdentity } from "./identity/own-identity.ts";
import { ProgressHub } from "./install/progress.ts";
import { isJournalLost } from "./journal/journal-lost.ts";
import { Cloud } from "./loop/cloud.ts";
import { CommandIntake } from "./loop/command-intake.ts";
import { CommandListener } from "./loop/command-listener.ts";
import { DeploymentSender } from "./loop/deployment-sender.ts";
import { EngineLoop } from "./loop/engine-loop.ts";
import { IntervalIntake } from "./loop/interval-intake.ts";
import { paceOf } from "./loop/pace.ts";
import { ReportSender } from "./loop/report-sender.ts";
import { gatewayReports } from "./loop/reports.ts";
import { ResultSender } from "./loop/result-sender.ts";
import { SentReports } from "./loop/sent-reports.ts";
import { engineReading } from "./metrics/engine-reading.ts";
import { GatewayMetrics } from "./metrics/gateway-metrics.ts";
import { programReader } from "./metrics/read-programs.ts";
import { composeOrderWork } from "./order-work.ts";
import { type RunningParts, runningParts } from "./running-parts.ts";
import { connect } from "./server-link.ts";
import { queueTrafficOf } from "./traffic/compose-queue-traffic.ts";
import { queueVersionOf, supervisorOf, type Workshop } from "./workshop.ts";

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
  const { settings, paths, log, journal, database, versions } = workshop;
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
    startAgain: async (signal) => {
      replaced.resolve();
      await aborted(signal);
      throw signal.reason;
    },
  };
  // An engine that ends after one check-in is started again by nobody.
  const engine = () => (mayWait ? self : undefined);
  const progress = new ProgressHub();
  const { worker, sweep } = composeOrderWork({ workshop, remote, onResult, engine, progress });
  const deployments = new DeploymentSender({ ...ports, journal, progress, cloud, activation });
  deployments.recall();
  await sweep().catch((error) => log.warn(`what installs have left behind stays: ${describeError(error)}`));
  for (const folder of [paths.configDir, paths.trustDir, paths.supervisorConfDir]) await removeAbandoned(folder);
  const onInstalls = () => worker.poke();
  const supervisor = supervisorOf(workshop);
  const queueVersion = queueVersionOf(workshop);
  const telemetry = { files: nodeFiles, machine: thisMachine, root: "/", hardwareDir: paths.hardwareDir };
  const meter = new UsageMeter(procFolder());
  const reports = gatewayReports({
    telemetry,
    traffic: workshop.traffic,
    apps: { supervisor, versions, journal, meter, queueVersion, interval: () => loop.intervalSeconds, log },
    server: () => activation.server,
  });
  const config = await settings.engine.read();
  const { updateInterval, reports: policy } = config;
  const sent = new SentReports(database);
  const epoch = () => sent.epoch(activation.identity().cik, activation.server, VERSION);
  const loop: EngineLoop = new EngineLoop(
    {
      ...ports,
      activation,
      cloud,
      journal,
      onResult,
      reports: new ReportSender({ ...ports, cloud, reports, policy, sent, epoch }),
      commands: new CommandIntake({ journal, cloud, log, onInstalls, onResult }),
      interval: new IntervalIntake({ engineConfig: settings.engine, journal, cloud, log, onResult }),
      listener: new CommandListener({ ...ports, cloud, longestPollMs: policy.longPoll * 1000 }),
      pace: await paceOf(workshop, policy.jitter),
    },
    updateInterval,
  );
  const alerts = scheduledAlerts({ workshop, supervisor, activation, cloud });
  const localInstall = { journal, progress, onInstalls };
  const metrics = new GatewayMetrics({
    ...ports,
    ...telemetry,
    config: config.metrics,
    engine: engineReading({
      startedAt: systemClock.now(),
      runtime: process.versions.node,
      activation,
      loop,
      journal,
      versions,
    }),
    programs: programReader({ supervisor, meter }),
    queue: { status: (signal) => askQueue(workshop.http, paths.gmqSocket, signal), folder: paths.queueDir },
    http: workshop.http,
    gmqSocket: paths.gmqSocket,
    socketPath: paths.metricsSocket,
    identity: () => activation.identity(),
  });
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
      queueVersion,
      traffic: workshop.traffic,
      localInstall,
    }),
    localInstall,
    alerts,
  });
  return {
    replaced: replaced.promise,
    ...runningParts(
      {
        loops: [
          (signal) => worker.run(signal).catch((error) => endAfterReport(error, results, signal)),
          (signal) => results.run(signal),
          (signal) => deployments.run(signal),
          (signal) => loop.run(signal),
          (signal) => workshop.traffic.run(signal),
          (signal) => queueTrafficOf(workshop, () => activation.server).run(signal),
          ...(config.traffic.sockets ? [await applicationSockets(workshop, () => activation.server)] : []),
          (signal) => alerts.run(signal),
          ...(config.installFolder === "" ? [] : [await watchedFolder(config.installFolder, workshop, onInstalls)]),
          ...metrics.loops,
        ],
        listen: () =>
          startControlServer({
            socketPath: paths.gweSocket,
            control,
            metrics: (request, response) => metrics.answer(request, response),
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

/** What becomes of an order whose journal is lost can be told by nobody else: there is one try. @throws error */
async function endAfterReport(error: unknown, results: ResultSender, signal: AbortSignal): Promise<never> {
  if (isJournalLost(error)) {
    await results.sendAll(AbortSignal.any([signal, AbortSignal.timeout(LAST_REPORT_MS)])).catch(() => {});
  }
  throw error;
}

type Loop = (signal: AbortSignal) => Promise<never>;

async function applicationSockets(workshop: Workshop, server: () => string): Promise<Loop> {
  const { applicationSocketsOf } = await import("./traffic/compose-application-sockets.ts");
  return applicationSocketsOf(workshop, server);
}

async function watchedFolder(
  path: string,
  { journal, versions, log }: Workshop,
  onInstalls: () => void,
): Promise<Loop> {
  const { InstallFolder } = await import("./install-folder/install-folder.ts");
  const deps = {
    files: leanFiles(nodeFiles),
    clock: systemClock,
    journal,
    versions,
    log: log.named("install"),
    onInstalls,
  };
  const folder = new InstallFolder(path, deps);
  return (signal) => folder.run(signal);
}

/** How long an engine that ends after one check-in waits for a download that does not come on; the next one goes on with it. */
const ONCE_REST_MS = 60_000;
/** Time for the report of an engine that has lost its journal. */
const LAST_REPORT_MS = 5000;
