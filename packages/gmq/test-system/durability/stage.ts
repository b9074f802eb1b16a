/** A gateway whose disk, power and server are at the test's mercy: the server, the root, and the ledger of what was sent. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DeliveryReport, reportDelivery } from "@gateway-engine/testkit/faults/delivery-report";
import { type Ledger, openLedger } from "@gateway-engine/testkit/faults/ledger";
import {
  type RecordingDeviceServer,
  startRecordingDeviceServer,
} from "@gateway-engine/testkit/recording-device-server";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { GmqProcess, type GmqRoot, type GmqStart, makeRootIn } from "../../test/process/gmq-process.ts";

export interface StageSetup {
  /** Where the root of the gateway is made; the folder of the stage unless told. */
  readonly disk?: string;
  readonly gmqCfg?: string;
}

/** Records do not wait for company, and no other program's port is in the way. */
export const STAGE_CFG: string = "[unq]\nbatch_record_period = 0\n[mqtt]\nlisten = off\n";

export class Stage implements AsyncDisposable {
  readonly server: RecordingDeviceServer;
  readonly ledger: Ledger;
  /** Root of the gateway. */
  readonly folder: string;
  /** On a healthy disk. */
  readonly notes: string;
  readonly #root: GmqRoot;
  readonly #dispose: () => Promise<void>;

  private constructor(
    fields: Pick<Stage, "server" | "ledger" | "folder" | "notes">,
    root: GmqRoot,
    dispose: () => Promise<void>,
  ) {
    this.server = fields.server;
    this.ledger = fields.ledger;
    this.folder = fields.folder;
    this.notes = fields.notes;
    this.#root = root;
    this.#dispose = dispose;
  }

  static async open({ disk, gmqCfg = STAGE_CFG }: StageSetup = {}): Promise<Stage> {
    const notes = temporaryFolder("gmq-stage");
    const folder = mkdtempSync(join(disk ?? notes.path, "root-"));
    const server = await startRecordingDeviceServer();
    const ledger = openLedger(join(notes.path, "ledger"));
    const root = await makeRootIn(folder, server.url, gmqCfg);
    syncAll(folder);
    return new Stage({ server, ledger, folder, notes: notes.path }, root, async () => {
      await ledger[Symbol.asyncDispose]();
      await server.stop();
      notes.remove();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** What gmq.cfg says at the next start. */
  async configure(gmqCfg: string): Promise<void> {
    await makeRootIn(this.folder, this.server.url, gmqCfg);
    syncAll(this.folder);
  }

  /** Starts gmq. Resolves when it takes data. */
  start(how: GmqStart = {}): Promise<GmqProcess> {
    return GmqProcess.start(this.#root, how);
  }

  get queueFolder(): string {
    return this.#root.paths.queueDir;
  }

  /** Where gmq also listens. */
  get socket(): string {
    return this.#root.paths.gmqSocket;
  }

  /** What became of everything that the ledger names. */
  report(): DeliveryReport {
    return reportDelivery(
      this.ledger.read(),
      this.server.points.map(({ value }) => value.toString("latin1")),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#dispose();
  }
}

/** What the test prepares is no part of what may get lost. */
function syncAll(folder: string): void {
  execFileSync("sync", ["-f", folder]);
}
