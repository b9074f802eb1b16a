/// <reference lib="esnext.disposable" />
/** The gateway that hosts the gallery: a real engine and a real supervisor, and an application that has to survive all of it. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { processStartTicks } from "@gateway-engine/platform/process-table";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { processesIn } from "@gateway-engine/testkit/running-processes";
import { expect } from "vitest";
import { Cloud } from "../../support/cloud.ts";
import { Gateway, GWE } from "../../support/gateway.ts";
import { Supervisord } from "../../support/supervisord.ts";
import { ENGINE_BOOKS, type ListedFile, listDisk } from "./disk-listing.ts";
import type { Exhibit, Target } from "./exhibit.ts";
import { journalEnd } from "./journal-end.ts";

/** What an exhibit has to leave as it was. */
interface Surroundings {
  /** Command lines of everything that runs here. */
  readonly processes: readonly string[];
  readonly program: { readonly pid: number | undefined; readonly startTicks: number | undefined };
  readonly disk: Readonly<Record<string, ListedFile>>;
  readonly canary: Readonly<Record<string, ListedFile>>;
}

/** The application that runs while others of its name are tried: every package of the gallery claims to be its next version. */
const RESIDENT = "app";

export interface HallOptions {
  /** Of the engine. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The supervisor runs the engine, and starts it again when it dies, as on an installed gateway. */
  readonly isSupervised?: boolean;
  /** Where GWE_ROOT is made; the folder of temporary files unless told. */
  readonly within?: string;
  /** Before anything is started. */
  readonly prepare?: (paths: GatewayPaths) => Promise<void>;
  /** The resident's package, as this gateway takes it. */
  readonly sign?: (fixture: PackageFixture) => PackageFixture;
}

export class Hall implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly target: Target;
  readonly #supervisord: Supervisord;

  static async open(options: HallOptions = {}): Promise<Hall> {
    const { environment = {}, isSupervised = false, within, prepare, sign = (fixture) => fixture } = options;
    const cloud = await Cloud.start();
    const gateway = await Gateway.make({ server: cloud.url, environment, ...(within === undefined ? {} : { within }) });
    await prepare?.(gateway.paths);
    if (isSupervised) await superviseEngine(gateway, environment);
    const supervisord = await Supervisord.start(gateway);
    const hall = new Hall(cloud, gateway, supervisord);
    await mkdir(hall.target.canary);
    await writeFile(`${hall.target.canary}/bird`, "alive");
    if (!isSupervised) gateway.start();
    await cloud.until(() => cloud.calls.some(({ path }) => path.includes("engine_fetch")));
    await hall.order(sign(resident(gateway.paths.root)));
    expect(await cloud.result(1)).toMatchObject({ status: "ok", state: "committed" });
    return hall;
  }

  private constructor(cloud: Cloud, gateway: Gateway, supervisord: Supervisord) {
    this.cloud = cloud;
    this.gateway = gateway;
    this.#supervisord = supervisord;
    const { root, appsDir } = gateway.paths;
    const canary = `${root}-canary`;
    const depth = `${appsDir}/${RESIDENT}/unpacked`.slice(root.length).split("/").length;
    this.target = { root, canary, wayToCanary: `${"../".repeat(depth)}${basename(canary)}` };
  }

  /** Orders the exhibit, waits for its result, and sees to it that this is the only thing that has changed. */
  async show(exhibit: Exhibit): Promise<FetchStatus> {
    await this.#settled();
    const before = await this.#surroundings();
    const told = this.cloud.results.length;
    const fixture = exhibit.make(this.target);
    await this.order(fixture, exhibit);
    const result = await this.cloud.result(told + 1);
    const { says, prints = "", ...outcome } = exhibit.expected;
    expect({ ...result, name: fixture.fileName }).toMatchObject(outcome);
    expect(result.message).toContain(says);
    expect(result.info ?? "").toContain(prints);
    if (outcome.state !== undefined) {
      expect(journalEnd(this.gateway.paths.journal)).toEqual({ open: 0, last: outcome.state, ends: 1 });
    }
    expect(await this.#surroundings()).toEqual(before);
    expect(this.cloud.results).toHaveLength(told + 1);
    return result;
  }

  async order({ fileName, bytes }: PackageFixture, exhibit?: Exhibit): Promise<void> {
    this.cloud.content.set(fileName, bytes);
    this.cloud.serverTime = exhibit?.serverTime;
    const lie = exhibit?.lie?.({ fileName, bytes });
    if (lie === undefined) this.cloud.lies.delete(fileName);
    else this.cloud.lies.set(fileName, lie);
    const item = { name: fileName, ...exhibit?.order?.(bytes) };
    this.cloud.order("engine_fetch", JSON.stringify({ install: [item] }));
  }

  /** No program is about to be started; an engine that lives for a second has its supervisor's trust again. */
  async #settled(): Promise<void> {
    while ((await this.#supervisord.programs()).some(({ statename }) => statename !== "RUNNING")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #surroundings(): Promise<Surroundings> {
    const info = (await this.#supervisord.programs()).find(({ group }) => group === RESIDENT);
    const startTicks = info === undefined ? undefined : processStartTicks(info.pid);
    return {
      processes: processesIn(this.target.root)
        .map(({ line }) => line)
        .toSorted(),
      program: { pid: info?.pid, startTicks },
      disk: await listDisk(this.target.root, RULES),
      canary: await listDisk(this.target.canary, { without: [], workplaces: [] }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.stop();
    await this.#supervisord[Symbol.asyncDispose]();
    await this.gateway[Symbol.asyncDispose]();
    await this.cloud[Symbol.asyncDispose]();
    await rm(this.target.canary, { recursive: true, force: true });
  }
}

/** With the file of the release package. */
async function superviseEngine(
  { paths, server }: Gateway,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const shipped = await readFile(`${import.meta.dirname}/../../../../../scripts/release/package/init/gwe.conf`, "utf8");
  const conf = shipped.replace("@ROOT@/usr/local/bin/gwe", GWE).replaceAll("@ROOT@", paths.root);
  const variables = { GWE_ROOT: paths.root, GWE_SERVER: server, GWE_NODE: process.execPath, ...environment };
  const list = Object.entries(variables).map(([name, value]) => `${name}="${value}"`);
  await mkdir(paths.supervisorConfDir, { recursive: true });
  await writeFile(`${paths.supervisorConfDir}/gwe.conf`, `${conf}environment = ${list.join(",")}\n`);
}

/** Logs and the engine's own books are no part of what an install may or may not change. */
const RULES = {
  without: [/^var\/log$/, /^run$/, ENGINE_BOOKS, /^var\/lib\/gateway-engine\/downloads$/],
  workplaces: [
    /^(etc|var|var\/lib)$/,
    /^etc\/(gateway-engine|supervisor\/conf\.d)$/,
    /^var\/lib\/gateway-engine(\/(apps|undo|data|apps\/\w+))?$/,
  ],
};

/** It has a program, and a file of its own outside of its release; running its script again changes nothing. */
function resident(root: string): PackageFixture {
  return goodPackage({
    name: RESIDENT,
    version: "1",
    install: `mkdir -p "$GWE_ROOT/opt/app" && cp -p app.sh "$GWE_ROOT/opt/app/"`,
    supervisorConf: `[supervisord]\ncommand = ${root}/opt/app/app.sh\nstartsecs = 0\n`,
    others: [{ path: "app.sh", mode: 0o755, content: "#!/bin/sh\nexec /bin/sleep 100000\n" }],
  });
}
