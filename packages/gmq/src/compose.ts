import type { Clock } from "@gateway-engine/core/clock";
import type { TreeFiles } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { Service } from "@gateway-engine/core/service";
import { VERSION } from "@gateway-engine/core/version";
import { thisBoot } from "@gateway-engine/platform/boot";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { IncomingRequest, OutgoingResponse, RunningHttpServer } from "@gateway-engine/platform/http-server";
import { acquireLock, type Lock } from "@gateway-engine/platform/lock";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { openStoreThread } from "@gateway-engine/platform/store-thread";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { type Settings, SettingsFiles } from "./config/settings.ts";
import { answerControl } from "./control/control-door.ts";
import { GatewayIdentitySource } from "./identity/gateway-identity.ts";
import { Servers } from "./identity/servers.ts";
import { BodyMemory } from "./intake/body-memory.ts";
import { openDoor } from "./intake/http-door.ts";
import { Intake } from "./intake/intake.ts";
import { MqttDoor } from "./intake/mqtt/mqtt-door.ts";
import { OwnDevice } from "./intake/own-device.ts";
import { Outgoing } from "./outgoing.ts";
import { lanesOf } from "./spool/lane.ts";
import type { Submission } from "./spool/message.ts";
import { openQueueFolder } from "./spool/queue-folder.ts";
import { queueReport } from "./spool/queue-report.ts";
import { Spool } from "./spool/spool.ts";
import type { SpoolStore } from "./spool/spool-store.ts";
import { SPOOL_REST_MS, type SpoolThreadSetup } from "./spool/spool-thread-setup.ts";
import { Upkeep } from "./spool/upkeep.ts";
import { QueueTools } from "./tools/queue-tools.ts";
import { TrafficCounters } from "./traffic/traffic-counters.ts";

export interface GmqEnvironment {
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly serverOverride: string | undefined;
  readonly write: (line: string) => void;
  readonly pid: number;
}

/** Of all HTTP bodies that are read or on their way to the disk: ten of the largest. */
const MAX_BODIES_BYTES = 32 * 1_048_576;

/** As they are called in gmq.cfg. */
const TLS_OPTIONS = { cert: "certificate", key: "key", ca: "ca" };

/** The queue, ready to be started. */
export function compose(environment: GmqEnvironment): Service {
  return new Gmq(environment, nodeFiles, systemClock);
}

/** What runs between start and stop. */
interface Running {
  readonly doors: readonly RunningHttpServer[];
  readonly spool: Spool;
  readonly outgoing: Outgoing;
  readonly upkeep: Upkeep;
  readonly closeConnections: () => void;
  readonly mqtt: MqttDoor;
  readonly traffic: TrafficCounters;
  readonly lock: Lock;
}

class Gmq implements Service {
  readonly #environment: GmqEnvironment;
  readonly #files: TreeFiles;
  readonly #clock: Clock;
  readonly #settings: SettingsFiles;
  readonly #log: Logger;
  readonly #dbLog: Logger;
  #running: Running | undefined;

  constructor(environment: GmqEnvironment, files: TreeFiles, clock: Clock) {
    this.#environment = environment;
    this.#files = files;
    this.#clock = clock;
    this.#settings = new SettingsFiles(files, environment.paths);
    const { write } = environment;
    const now = () => clock.now();
    this.#log = createLineLogger("gmq", { level: () => this.#settings.current.logging.root, now, write });
    this.#dbLog = createLineLogger("gmq:db", { level: () => this.#settings.current.logging.db, now, write });
  }

  async start(): Promise<void> {
    const settings = await this.#settings.read();
    const { queueDir } = this.#environment.paths;
    await openQueueFolder(this.#files, queueDir);
    const lock = acquireLock(`${queueDir}/gmq.lock`, "the queue", "stop that gmq first");
    const spool = await this.#openSpool(`${queueDir}/gmq.db`).catch((error: unknown) => {
      lock.release();
      throw error;
    });
    const traffic = new TrafficCounters(spool, systemRandom);
    const out = this.#outgoing(spool, traffic);
    const mqtt = this.#mqttDoor(spool, { ...out, traffic });
    const running = { doors: [], spool, lock, mqtt, traffic, ...out };
    this.#running = running;
    try {
      await running.outgoing.start();
      await mqtt.open();
      this.#running = { ...running, doors: await this.#openDoors(settings, this.#intake(running), running) };
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    const { queued } = await spool.totals();
    if (queued > 0) {
      this.#log.info(`${queued} ${queued === 1 ? "message is" : "messages are"} in the queue from an earlier run`);
    }
    await running.upkeep.start();
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#running === undefined) return;
    const { doors, spool, outgoing, upkeep, closeConnections, mqtt, lock } = this.#running;
    this.#running = undefined;
    outgoing.stop();
    upkeep.stop();
    await Promise.all([mqtt.close(), ...doors.map((door) => door.stop(deadlineMs / 2))]);
    closeConnections();
    await spool.close();
    lock.release();
    if (doors.length > 0) this.#log.info("stopped");
  }

  async #openSpool(file: string): Promise<Spool> {
    const module = new URL("./spool/spool-thread.js", import.meta.url);
    const setup = (): SpoolThreadSetup => ({ file, limits: this.#settings.current.gmq.db.limits });
    const thread = await openStoreThread<SpoolStore>({ module, file, restAfterMs: SPOOL_REST_MS }, setup);
    const defaultTtlMs = () => this.#settings.current.gmq.db.defaultTtlMs;
    return Spool.open(thread, { clock: this.#clock, boot: thisBoot(), log: this.#dbLog, defaultTtlMs });
  }

  #outgoing(spool: Spool, traffic: TrafficCounters): Pick<Running, "outgoing" | "upkeep" | "closeConnections"> {
    const { paths, serverOverride } = this.#environment;
    const { gweSocket, gatewayCfg, engineConfig } = paths;
    const files = this.#files;
    const clock = this.#clock;
    const proxy = proxyRulesFrom(process.env);
    const http = createHttpClient();
    const log = this.#log.named("identity");
    const gateway = new GatewayIdentitySource({ files, http, gweSocket, gatewayCfg, log });
    const outgoing = new Outgoing({
      spool,
      paths,
      files,
      clock,
      gateway,
      servers: new Servers({ files, engineConfig, gatewayCfg, override: serverOverride, clock }),
      openHttp: (tls) => createHttpClient({ proxy, tls }),
      loadTls: (tlsFiles) => readTlsFiles(tlsFiles, TLS_OPTIONS),
      dial: dialStream,
      userAgent: `gmq/${VERSION}`,
      countTraffic: (device, cost) => traffic.requested(device, cost),
      config: () => this.#settings.current.gmq,
      random: systemRandom,
      log: this.#log,
    });
    const upkeep = new Upkeep({
      spool,
      limits: () => this.#settings.current.gmq.db.limits,
      report: (value, reported, signal) =>
        queueReport(
          {
            spool,
            gateway: (until) => gateway.read(until),
            queued: (device) => outgoing.queued(device, { kind: "write", priority: "high" }),
          },
          { value, reported, signal },
        ),
      clock,
      log: this.#dbLog,
    });
    return { outgoing, upkeep, closeConnections: () => http.close() };
  }

  #mqttDoor(spool: Spool, { outgoing, traffic }: Pick<Running, "outgoing" | "traffic">): MqttDoor {
    const { credentials } = outgoing;
    const clock = this.#clock;
    const log = this.#log.named("mqtt");
    return new MqttDoor({
      spool,
      credentials,
      own: new OwnDevice({ spool, credentials, clock, log }),
      accept: acceptInto({ spool, outgoing, traffic }),
      cfg: () => this.#settings.current.gmq.mqtt,
      gmqCfg: this.#environment.paths.gmqCfg,
      clock,
      log,
    });
  }

  #intake({ spool, outgoing, mqtt, traffic }: Omit<Running, "doors">): Intake {
    return new Intake({
      spool,
      credentials: outgoing.credentials,
      accept: acceptInto({ spool, outgoing, traffic }),
      status: () => this.#status(spool, outgoing),
      reread: () => this.#reread({ spool, outgoing, mqtt }),
      clock: this.#clock,
      log: this.#log.named("intake"),
    });
  }

  async #openDoors(
    { gmq }: Settings,
    intake: Intake,
    { spool, outgoing, traffic }: Omit<Running, "doors">,
  ): Promise<readonly RunningHttpServer[]> {
    const tools = new QueueTools({ spool, queued: (device, kind) => outgoing.queuedIn(lanesOf(device), kind) });
    const { gmqSocket, gmqCfg } = this.#environment.paths;
    const { host, port } = gmq.listen;
    const log = this.#log.named("intake");
    const deps = { intake, memory: new BodyMemory(MAX_BODIES_BYTES), log };
    const tcp = await openDoor({ host, port, option: `listen in section [server] of ${gmqCfg}` }, deps);
    const control = (request: IncomingRequest, response: OutgoingResponse) =>
      answerControl({ tools, drain: () => outgoing.drain(), traffic: () => traffic.report() }, request, response);
    const socket = await openDoor({ socketPath: gmqSocket, mode: 0o600 }, deps, control).catch(
      async (error: unknown) => {
        await tcp.stop(0);
        throw error;
      },
    );
    this.#log.info(`gmq ${VERSION} takes data at http://${host.includes(":") ? `[${host}]` : host}:${tcp.port}`);
    return [tcp, socket];
  }

  async #reread({ spool, outgoing, mqtt }: Pick<Running, "spool" | "outgoing" | "mqtt">): Promise<void> {
    const before = this.#settings.current.gmq.listen;
    const { gmq } = await this.#settings.read();
    await spool.setLimits(gmq.db.limits);
    await outgoing.configChanged();
    this.#log.info("gmq.cfg and logging.cfg were read again");
    if (gmq.listen.host !== before.host || gmq.listen.port !== before.port) {
      this.#log.warn("the new listen address of [server] takes effect when gmq is started again");
    }
    await mqtt.open();
  }

  async #status(spool: Spool, outgoing: Outgoing): Promise<QueueStatusAnswer> {
    const [oldestAt, totals] = await Promise.all([spool.oldestAt(), spool.totals()]);
    return {
      version: VERSION,
      pid: this.#environment.pid,
      ...totals,
      refused: spool.refused,
      upstreams: totals.upstreams.map((upstream) => outgoing.statusOf(upstream)),
      oldestAt: oldestAt === undefined ? null : Math.floor(oldestAt / 1000),
    };
  }
}

/** What the intakes do with a message: it is on disk when the promise resolves, and the forwarder knows of it. */
function acceptInto({
  spool,
  outgoing,
  traffic,
}: Pick<Running, "spool" | "outgoing" | "traffic">): (device: number, submission: Submission) => Promise<void> {
  return async (device, submission) => {
    await spool.accept(device, submission);
    traffic.accepted(device, submission.body.length);
    outgoing.queued(device, submission);
  };
}
