/** The engine is killed while it replaces itself, at its own steps and those of its launcher and watchdog; its supervisor starts it again. */
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CrashPoint, type DurableStep, DurableSteps } from "@gateway-engine/testkit/faults/durable-steps";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { InstalledGateway } from "../../test/self-update/installed-gateway.ts";
import { isAtRest } from "./inspection.ts";

export interface SelfUpdateSetup {
  readonly library: string;
  /** The engine as {@link NEW_VERSION}. */
  readonly update: PackageFixture;
}

export const NEW_VERSION = "2.0.1";
const OLD_VERSION = "2.0.0";
const REST_LIMIT_MS = 60_000;
const TIDY_LIMIT_MS = 10_000;

export interface SelfUpdate {
  readonly steps: readonly DurableStep[];
  /** Which version the engine has in the end. */
  readonly version: string;
  readonly violations: readonly string[];
}

/** @param point step 0: the update is not disturbed */
export async function updateItself({ library, update }: SelfUpdateSetup, point: CrashPoint): Promise<SelfUpdate> {
  using notes = temporaryFolder("self-update");
  const made: DurableSteps[] = [];
  await using gateway = await InstalledGateway.start({
    environmentIn: (root) => {
      const steps = new DurableSteps({ library, folder: root, notes: notes.path });
      steps.crashAt(point);
      made.push(steps);
      return steps.env;
    },
  });
  const before = await bystanders(gateway);
  gateway.order(update);
  await untilRest(gateway);
  const { version } = await gateway.status();
  const after = await bystanders(gateway);
  return {
    steps: made.flatMap(({ taken }) => taken),
    version,
    violations: [
      ...reportProblems(gateway, version),
      ...(await programProblems(gateway)),
      ...(after === before ? [] : [`the other programs were ${before} and are ${after}`]),
      ...(await leftoversInTheEnd(gateway)),
    ],
  };
}

/** Pids of the programs that an update of the engine must leave alone. */
async function bystanders(gateway: InstalledGateway): Promise<string> {
  const others = (await gateway.programs()).filter(({ name }) => name !== "gwe");
  return others.map(({ name, pid }) => `${name} ${pid}`).join(", ");
}

/** @throws when it takes too long */
async function untilRest(gateway: InstalledGateway): Promise<void> {
  const end = performance.now() + REST_LIMIT_MS;
  const isRunning = () => gateway.status().then(Boolean, () => false);
  while (gateway.cloud.results.length === 0 || !isAtRest(gateway.gateway.paths.journal) || !(await isRunning())) {
    if (performance.now() > end) throw new Error(`it does not come to rest:\n${await gateway.log("gwe")}`);
    await sleep(50);
  }
}

/** The version that runs is the one that was reported, each time, and the one that the link names. */
function reportProblems({ cloud, gateway }: InstalledGateway, version: string): readonly string[] {
  const statuses = [...new Set(cloud.results.map(({ status }) => status))];
  const reported = statuses.join(", ") === "ok" ? NEW_VERSION : OLD_VERSION;
  const link = join(gateway.paths.componentsDir, "gwe");
  const linked = existsSync(link) ? readlinkSync(link).split("/").at(-1) : OLD_VERSION;
  return [
    ...(statuses.length === 1 ? [] : [`different results were reported: ${statuses.join(", ")}`]),
    ...(version === reported ? [] : [`version ${version} runs, and ${statuses.join(", ")} was reported`]),
    ...(version === linked ? [] : [`version ${version} runs, and ${linked} is in force`]),
  ];
}

async function programProblems(gateway: InstalledGateway): Promise<readonly string[]> {
  const programs = await gateway.programs();
  return programs
    .filter(({ statename }) => statename !== "RUNNING" && statename !== "STARTING")
    .map(({ name, statename }) => `${name} is ${statename}`);
}

/** The result may be known before the engine has tidied up, or has been started again to do so. */
async function leftoversInTheEnd(gateway: InstalledGateway): Promise<readonly string[]> {
  const end = performance.now() + TIDY_LIMIT_MS;
  for (;;) {
    const left = leftovers(gateway);
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(50);
  }
}

function leftovers({ gateway: { paths } }: InstalledGateway): readonly string[] {
  return [paths.downloadsDir, paths.undoDir]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name} is left over`))
    .filter((line) => !line.includes("/owned "));
}
