import type { Clock } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { Service } from "@gateway-engine/core/service";
import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient } from "@gateway-engine/device-client/device-client";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { IncomingRequest, OutgoingResponse, RunningHttpServer } from "@gateway-engine/platform/http-server";
import { acquireLock, type Lock } from "@gateway-engine/platform/lock";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { openStoreThread } from "@gateway-engine/platform/store-thread";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { type Settings, SettingsFiles } from "./config/settings.ts";
import { answerControl } from "./control/control-door.ts";
import { Forwarder } from "./forwarder/forwarder.ts";
import { Credentials } from "./identity/credentials.ts";
import { GatewayIdentitySource } from "./identity/gateway-identity.ts";
import { Servers } from "./identity/servers.ts";
import { openDoor } from "./intake/http-door.ts";
import { Intake } from "./intake/intake.ts";
import { MqttDoor } from "./intake/mqtt/mqtt-door.ts";
import { OwnDevice } from "./intake/own-device.ts";
import type { Submission } from "./spool/message.ts";
import { Spool } from "./spool/spool.ts";
import type { SpoolStore } from "./spool/spool-store.ts";
import { QueueTools } from "./tools/queue-tools.ts";

export interface GmqEnvironment {
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly serverOverride: string | undefined;
  readonly write: (line: string) => void;
  readonly pid: number;
}

/** Longest silence of the server before a try counts as failed, in milliseconds. */
const SERVER_TIMEOUT_MS = 30_000;

/** The queue, ready to be started. */
export function compose(environment: GmqEnvironment): Service {
  return new Gmq(environment, nodeFiles, systemClock);
}

/** What runs between start and stop. */
interface Running {
  readonly doors: readonly RunningHttpServer[];
  readonly spool: Spool;
  readonly forwarder: Forwarder;
  readonly credentials: Credentials;
  readonly closeConnections: () => void;
  readonly mqtt: MqttDoor;
  readonly lock: Lock;
}

class Gmq implements Service {
  readonly #environment: GmqEnvironment;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #settings: SettingsFiles;
  readonly #log: Logger;
  readonly #dbLog: Logger;
  #running: Running | undefined;

  constructor(environment: GmqEnvironment, files: Files, clock: Clock) {
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
    await this.#files.makeFolder(queueDir, 0o700);
    const lock = acquireLock(`${queueDir}/gmq.lock`, "the queue", "stop that gmq first");
    const spool = await this.#openSpool(`${queueDir}/gmq.db`).catch((error: unknown) => {
      lock.release();
      throw error;
    });
    const outgoing = this.#outgoing(spool);
    const mqtt = this.#mqttDoor(spool, outgoing);
    const running = { doors: [], spool, lock, mqtt, ...outgoing };
    this.#running = running;
    try {
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
    await running.forwarder.start();
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#running === undefined) return;
    const { doors, spool, forwarder, credentials, closeConnections, mqtt, lock } = this.#running;
    this.#running = undefined;
    forwarder.stop();
    await Promise.all([mqtt.close(), ...doors.map((door) => door.stop(deadlineMs / 2))]);
    credentials.stop();
    closeConnections();
    await spool.close();
    lock.release();
    if (doors.length > 0) this.#log.info("stopped");
  }

  async #openSpool(file: string): Promise<Spool> {
    const thread = await openStoreThread<SpoolStore>(new URL("./spool/spool-thread.js", import.meta.url), { file });
    return Spool.open(thread, { clock: this.#clock, log: this.#dbLog });
  }

  #outgoing(spool: Spool): Pick<Running, "credentials" | "forwarder" | "closeConnections"> {
    const { paths, serverOverride } = this.#environment;
    const { gweSocket, gatewayCfg, engineConfig } = paths;
    const files = this.#files;
    const clock = this.#clock;
    const http = createHttpClient({ proxy: proxyRulesFrom(process.env) });
    const connect = (server: string) =>
      createDeviceClient({ http, server, userAgent: `gmq/${VERSION}`, timeoutMs: SERVER_TIMEOUT_MS });
    const servers = new Servers({ files, engineConfig, gatewayCfg, override: serverOverride, connect, clock });
    const log = this.#log.named("identity");
    const gateway = new GatewayIdentitySource({ files, http, gweSocket, gatewayCfg, log });
    const clientFor = servers.clientFor.bind(servers);
    const credentials = new Credentials({ spool, gateway, clientFor, clock, random: systemRandom, log });
    const forwarder = new Forwarder({
      spool,
      obtainCik: (device, refused) => credentials.obtain(device, refused),
      clientFor,
      config: () => this.#settings.current.gmq,
      clock,
      random: systemRandom,
      log: this.#log.named("forwarder"),
    });
    return { credentials, forwarder, closeConnections: () => http.close() };
  }

  #mqttDoor(spool: Spool, { credentials, forwarder }: Pick<Running, "credentials" | "forwarder">): MqttDoor {
    const clock = this.#clock;
    const log = this.#log.named("mqtt");
    return new MqttDoor({
      spool,
      credentials,
      own: new OwnDevice({ spool, credentials, clock, log }),
      accept: acceptInto(spool, forwarder),
      cfg: () => this.#settings.current.gmq.mqtt,
      gmqCfg: this.#environment.paths.gmqCfg,
      clock,
      log,
    });
  }

  #intake({ spool, credentials, forwarder, mqtt }: Omit<Running, "doors">): Intake {
    return new Intake({
      spool,
      credentials,
      accept: acceptInto(spool, forwarder),
      status: () => this.#status(spool),
      reread: () => this.#reread(forwarder, mqtt),
      clock: this.#clock,
      log: this.#log.named("intake"),
    });
  }

  async #openDoors(
    { gmq }: Settings,
    intake: Intake,
    { spool, forwarder }: Omit<Running, "doors">,
  ): Promise<readonly RunningHttpServer[]> {
    const tools = new QueueTools({ spool, queued: (device, kind) => forwarder.queued(device, kind) });
    const { gmqSocket, gmqCfg } = this.#environment.paths;
    const { host, port } = gmq.listen;
    const log = this.#log.named("intake");
    const tcp = await openDoor({ host, port, option: `listen in section [server] of ${gmqCfg}` }, intake, log);
    const control = (request: IncomingRequest, response: OutgoingResponse) =>
      answerControl({ tools, drain: () => forwarder.drain() }, request, response);
    const socket = await openDoor({ socketPath: gmqSocket, mode: 0o600 }, intake, log, control).catch(
      async (error: unknown) => {
        await tcp.stop(0);
        throw error;
      },
    );
    this.#log.info(`gmq ${VERSION} takes data at http://${host.includes(":") ? `[${host}]` : host}:${tcp.port}`);
    return [tcp, socket];
  }

  async #reread(forwarder: Forwarder, mqtt: MqttDoor): Promise<void> {
    const before = this.#settings.current.gmq.listen;
    const { gmq } = await this.#settings.read();
    forwarder.configChanged();
    this.#log.info("gmq.cfg and logging.cfg were read again");
    if (gmq.listen.host !== before.host || gmq.listen.port !== before.port) {
      this.#log.warn("the new listen address of [server] takes effect when gmq is started again");
    }
    await mqtt.open();
  }

  async #status(spool: Spool): Promise<QueueStatusAnswer> {
    const [oldestAt, totals] = await Promise.all([spool.oldestAt(), spool.totals()]);
    return {
      version: VERSION,
      pid: this.#environment.pid,
      ...totals,
      oldestAt: oldestAt === undefined ? null : Math.floor(oldestAt / 1000),
    };
  }
}

/** What the intakes do with a message: it is on disk when the promise resolves, and the forwarder knows of it. */
function acceptInto(spool: Spool, forwarder: Forwarder): (device: number, submission: Submission) => Promise<void> {
  return async (device, submission) => {
    await spool.accept(device, submission);
    forwarder.queued(device, submission.kind);
  };
}
