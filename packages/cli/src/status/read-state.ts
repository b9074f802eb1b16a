/** Asks the programs of the gateway, its files and its machine how they are. Nothing is changed. */
import { countingKeys } from "@gateway-engine/artifact/trust/root-statement";
import { describeError } from "@gateway-engine/core/errors";
import { openNeighbours, serverOverride } from "@gateway-engine/engine/neighbours";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { thisMachine } from "@gateway-engine/platform/machine";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import type { AppStatus } from "@gateway-engine/protocol/local-control";
import type { CommandContext } from "../command.ts";
import { type Configuration, readConfiguration } from "../configuration.ts";
import { isSaneTime, isSynchronised } from "../machine-clock.ts";
import { readMemory } from "../memory.ts";
import { trustFile } from "../trust-file.ts";
import type { GatewayState, ProgramState, Room } from "./gateway-state.ts";
import { openFailures } from "./open-failures.ts";

type Context = Pick<CommandContext, "paths" | "environment">;

/** Longest wait for each of them, in milliseconds. */
const ANSWER_MS = 5000;
const HISTORY = 50;

export async function readState(context: Context, untilSignalled: AbortSignal): Promise<GatewayState> {
  const { paths, environment } = context;
  const signal = AbortSignal.any([untilSignalled, AbortSignal.timeout(ANSWER_MS)]);
  const configuration = await readConfiguration(nodeFiles, paths);
  const [parts, trust, synchronised, disk, memory] = await Promise.all([
    readParts(context, signal),
    readTrust(context, configuration),
    isSynchronised({ commands: nodeCommandRunner, environment, signal }),
    readDisk(paths.stateDir, paths.root),
    readMemory(nodeFiles),
  ]);
  untilSignalled.throwIfAborted();
  const { engine, history, processes, queue } = parts;
  const { gateway, config } = configuration;
  const at = systemClock.now();
  const { vendor, model, uuid } = parts.identity ?? gateway;
  return {
    at,
    identity: { vendor, model, uuid },
    activated: engine?.activated ?? gateway.cik !== "",
    server: engine?.server || (vendor === "" ? "" : serverAddress(serverOverride(environment), config.server, vendor)),
    serverAnsweredAt: engine?.serverAnsweredAt ?? null,
    updateInterval: engine?.updateInterval ?? config.updateInterval,
    clock: { sane: isSaneTime(at), synchronised: synchronised ?? null },
    interfaces: thisMachine.networkInterfaces(),
    disk,
    memory,
    engine: engine === undefined ? null : { version: engine.version, pid: engine.pid },
    programs: processes ?? null,
    queue: queue ?? null,
    apps: parts.apps?.apps ?? appsWithoutEngine(configuration, processes),
    installing: (engine?.installs ?? []).filter(({ state }) => !ENDS.has(state)).toReversed(),
    failures: openFailures(history?.orders ?? []),
    trust: typeof trust === "string" ? null : trust,
    problems: [...configuration.problems, ...(typeof trust === "string" ? [trust] : [])],
  };
}

const ENDS = new Set(["committed", "done", "failed", "rolled-back"]);

async function readParts({ environment }: Context, signal: AbortSignal) {
  const neighbours = openNeighbours(environment);
  const { engine, supervisor } = neighbours;
  try {
    const [status, identity, apps, history, processes, queue] = await Promise.all([
      orUndefined(engine.status(signal)),
      orUndefined(engine.identity(signal)),
      orUndefined(engine.apps(signal)),
      orUndefined(engine.history({ limit: HISTORY }, signal)),
      orUndefined(supervisor.getAllProcessInfo(signal)),
      orUndefined(neighbours.queue(signal)),
    ]);
    return { engine: status, identity, apps, history, processes: processes?.map(programState), queue };
  } finally {
    neighbours.close();
  }
}

/** That somebody does not answer is what we want to know, and no failure of ours. */
async function orUndefined<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch {
    return undefined;
  }
}

function programState(process: {
  readonly group: string;
  readonly name: string;
  readonly statename: string;
  readonly exitstatus: number;
  readonly description: string;
}): ProgramState {
  const { group, name, statename, exitstatus, description } = process;
  return { group, name, state: statename, exitStatus: exitstatus, description };
}

function appsWithoutEngine({ config }: Configuration, programs: readonly ProgramState[] | undefined) {
  return config.apps.map(({ name, version }): AppStatus => {
    const states = new Set(programs?.filter(({ group }) => group === name).map(({ state }) => state));
    const state = programs === undefined ? "unknown" : [...states].join(",") || "no program";
    return { name, version, state, since: null, ordered: null };
  });
}

/** @returns in words, why it cannot be read */
async function readTrust({ paths }: Context, { config }: Configuration): Promise<GatewayState["trust"] | string> {
  try {
    const root = await trustFile(paths).read();
    const keys = root === undefined ? 0 : countingKeys(root).length;
    const required = config.requireSignature === "always" || (config.requireSignature === "auto" && root !== undefined);
    return { keys, threshold: root?.threshold ?? 0, required };
  } catch (error) {
    return describeError(error);
  }
}

/** A gateway that has never run has no folder of its own yet. */
async function readDisk(stateDir: string, root: string): Promise<Room | null> {
  const usage = (await thisMachine.fileSystemUsage(stateDir)) ?? (await thisMachine.fileSystemUsage(root));
  return usage === undefined ? null : { total: usage.total, available: usage.available };
}
