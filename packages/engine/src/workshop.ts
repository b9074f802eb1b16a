import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger, LogLevel } from "@gateway-engine/core/logger";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { type ProxyRules, proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { systemClock } from "@gateway-engine/platform/clock";
import { DatabaseDisk } from "@gateway-engine/platform/database-disk";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { acquireLock, type Lock } from "@gateway-engine/platform/lock";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { sameFiles } from "@gateway-engine/platform/same-files";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
import { createSupervisorClient, type SupervisorClient } from "@gateway-engine/supervisor/client";
import type { GatewayTraffic } from "@gateway-engine/telemetry/traffic/gateway-traffic";
import { queueVersion } from "./components/ask-queue.ts";
import type { Environment } from "./environment.ts";
import { VersionTable } from "./install/version-table.ts";
import { Journal } from "./journal/journal.ts";
import { JOURNAL_SCHEMA } from "./journal/schema.ts";
import { createSettings, type Settings } from "./settings.ts";
import { openTraffic } from "./traffic/open-traffic.ts";
import { KnownTime } from "./trust/known-time.ts";
import { RollbackFloors } from "./trust/rollback-floors.ts";

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
  /** What the engine remembers: the journal, and more. */
  readonly database: SqlDatabase;
  readonly floors: RollbackFloors;
  readonly knownTime: KnownTime;
  readonly versions: VersionTable;
  /** How the server is reached. */
  readonly proxy: ProxyRules | undefined;
  /** What is sent and received, and by whom. */
  readonly traffic: GatewayTraffic;
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
    const place = { file: paths.journal, isSame: sameFiles([paths.journal, `${paths.journal}-wal`]) };
    const journal = new Journal({ database, clock: systemClock, random: systemRandom, reserve, place });
    journal.keepRoom();
    const versions = new VersionTable(journal, settings.engine);
    const http = createHttpClient(network);
    const floors = new RollbackFloors(database);
    const knownTime = new KnownTime(database);
    const traffic = openTraffic(paths.trafficBook, log);
    const close = () => {
      http.close();
      traffic.close();
      journal.close();
      lock.release();
    };
    const { proxy } = network;
    return {
      settings,
      paths,
      log,
      http,
      proxy,
      journal,
      database,
      floors,
      knownTime,
      versions,
      traffic,
      environment,
      close,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

export function queueVersionOf({ http, paths }: Workshop): (signal: AbortSignal) => Promise<string | undefined> {
  return (signal) => queueVersion(http, paths.gmqSocket, signal);
}

export function supervisorOf({ http, paths }: Workshop): SupervisorClient {
  return createSupervisorClient({ http, socketPath: paths.supervisorSocket });
}
