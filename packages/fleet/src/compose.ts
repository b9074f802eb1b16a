import type { Logger } from "@gateway-engine/core/logger";
import type { Service } from "@gateway-engine/core/service";
import { systemClock } from "@gateway-engine/platform/clock";
import { nextTurn } from "@gateway-engine/platform/event-loop";
import { nodeFiles } from "@gateway-engine/platform/files";
import { acquireLock } from "@gateway-engine/platform/lock";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { type AdminToken, loadAdminToken } from "./admin/admin-token.ts";
import type { ServerOptions } from "./arguments.ts";
import { InProcessBus } from "./bus/in-process-bus.ts";
import type { BlobStore } from "./content/blob-store.ts";
import { ContentService } from "./content/content-service.ts";
import { FolderBlobStore } from "./content/folder-blob-store.ts";
import { checkContentFolder, type DataFolder, dataFolder, prepareDataFolder } from "./data-folder.ts";
import { migrations } from "./db/migrations.ts";
import { createSqliteDatabase } from "./db/sql-database.ts";
import { DeviceService } from "./devices/device-service.ts";
import { EventFactory } from "./events/event-factory.ts";
import { FleetHttpServer } from "./http/server.ts";
import { ProductService } from "./products/product-service.ts";
import type { Database } from "./stores.ts";
import { HistoryRetention } from "./values/history-retention.ts";
import { MicrosecondClock } from "./values/microsecond-clock.ts";
import { ValueService } from "./values/value-service.ts";

export interface FleetServer extends Service {
  /** The port it listens on, once started. */
  readonly port: number;
}

/** Opens the data folder and makes the server's services. @throws StorageError */
export async function compose(options: ServerOptions, log: Logger): Promise<FleetServer> {
  const folder = dataFolder(options.dataFolder);
  await nodeFiles.makeFolder(folder.path, 0o700);
  const lock = acquireLock(folder.lock, `data folder ${folder.path}`, "stop that server first, or name another folder");
  try {
    return assemble(await openDataFolder(folder), options, { log, release: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface OpenDataFolder {
  readonly database: Database;
  readonly adminToken: AdminToken;
  readonly blobs: BlobStore;
}

async function openDataFolder(folder: DataFolder): Promise<OpenDataFolder> {
  await prepareDataFolder(folder, nodeFiles);
  const database = createSqliteDatabase(openSqlite(folder.database, migrations("BLOB")), nextTurn);
  try {
    await checkContentFolder(folder, nodeFiles, !(await database.stores.content.isEmpty()));
    const adminToken = await loadAdminToken(folder.adminToken, nodeFiles, systemRandom);
    const blobs = new FolderBlobStore(folder.content, nodeFiles, systemRandom);
    await blobs.open();
    return { database, adminToken, blobs };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Surroundings {
  readonly log: Logger;
  /** Gives the data folder back. */
  readonly release: () => void;
}

function assemble(data: OpenDataFolder, options: ServerOptions, { log, release }: Surroundings): FleetServer {
  const { database } = data;
  const shared = {
    ...data,
    log,
    clock: systemClock,
    random: systemRandom,
    bus: new InProcessBus(),
    events: new EventFactory(systemClock, systemRandom),
    stamps: new MicrosecondClock(systemClock),
  };
  const content = new ContentService({ ...shared, sizeLimit: options.contentLimit });
  const retention = new HistoryRetention({ ...shared, keepMs: options.keepHistoryMs });
  const server = new FleetHttpServer({
    ...shared,
    content,
    products: new ProductService({ ...shared, content }),
    devices: new DeviceService(shared),
    values: new ValueService(shared),
  });
  let port = 0;
  return {
    get port() {
      return port;
    },
    start: async () => {
      await content.sweep();
      port = await server.listen(options.host, options.port);
      await retention.start();
    },
    stop: async (deadlineMs) => {
      await server.stop(deadlineMs);
      await retention.stop();
      await database.close();
      release();
    },
  };
}
