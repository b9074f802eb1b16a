/** Makes the processes of a group: their logs, their pipes, and the children that an earlier daemon left to them. */
import type { Random } from "@gateway-engine/core/random";
import type { DaemonExtras } from "../config/extras.ts";
import type { GroupConfig, ProcessConfig } from "../config/model.ts";
import type { Handover, LeftProcess } from "../daemon/handover.ts";
import type { EventBus } from "../events/event-bus.ts";
import { GroupSocket, type GroupSocketDeps } from "../fastcgi/group-socket.ts";
import type { Listener } from "../listeners/listener.ts";
import { ListenerPool, type ListenerPoolDeps } from "../listeners/listener-pool.ts";
import { autoLogName, type Channel } from "../logs/auto-log.ts";
import { type AdoptionPlan, planAdoption } from "../process/adoption-plan.ts";
import { processFileName, type Survivor } from "../process/child-records.ts";
import { ManagedProcess, type ManagedProcessDeps } from "../process/managed-process.ts";
import { type LogFiles, ProcessStreams, type ProcessStreamsDeps, pipesOf } from "../process/process-streams.ts";
import { pidOf } from "../process/state.ts";
import { isSameProcess } from "./compare.ts";
import { ProcessGroup } from "./process-group.ts";

export interface GroupFactoryDeps extends ManagedProcessDeps, ProcessStreamsDeps, GroupSocketDeps, ListenerPoolDeps {
  readonly events: EventBus;
  readonly handover: Handover;
  readonly random: Random;
  /** Where the FIFOs are. */
  readonly pipesFolder: string;
  /** Where AUTO logs go. */
  readonly childLogFolder: string;
  readonly stripAnsi: () => boolean;
  readonly extras: () => DaemonExtras;
  /** Whether a process is to be started with the daemon. */
  readonly wantsStart: (config: ProcessConfig) => boolean;
}

export class GroupFactory {
  readonly #deps: GroupFactoryDeps;
  /** Children of an earlier daemon that nobody has taken over yet. */
  readonly #survivors: Map<string, Survivor>;

  constructor(deps: GroupFactoryDeps, survivors: readonly Survivor[]) {
    this.#deps = deps;
    this.#survivors = new Map(survivors.map((survivor) => [processFileName(survivor.record), survivor]));
  }

  /** Makes the FIFOs of many processes with one command. */
  async makePipes(groups: readonly GroupConfig[]): Promise<void> {
    const pipes = groups.flatMap((group) => group.processes).map((process) => pipesOf(process, this.#deps.pipesFolder));
    await this.#deps.children.makePipes(
      pipes.flatMap(({ stdin, stdout, stderr }) => (stderr === undefined ? [stdin, stdout] : [stdin, stdout, stderr])),
    );
  }

  /** A survivor of its name becomes the process; one that was started otherwise than configured now is stopped first. */
  make(group: GroupConfig): ProcessGroup {
    const { role } = group;
    const socket = role.kind === "fastcgi" ? new GroupSocket(role.socket, this.#deps) : undefined;
    const pool = role.kind === "listeners" ? new ListenerPool(group.name, role, this.#deps) : undefined;
    const processes = group.processes.map((config) =>
      this.#makeProcess(config, { socket, listener: pool?.addListener(config.name) }),
    );
    return new ProcessGroup(group, processes, pool);
  }

  /** A group of programs with these of its processes as they are, and the others made anew. */
  remake(group: GroupConfig, kept: ReadonlyMap<string, ManagedProcess>): ProcessGroup {
    const processes = group.processes.map((config) => kept.get(config.name) ?? this.#makeProcess(config, {}));
    return new ProcessGroup(group, processes);
  }

  /** Those whose program is not configured any more, each as a process that can only be stopped. */
  makeStrays(): readonly ManagedProcess[] {
    return [...this.#survivors.values()].map((survivor) => {
      const { config, logs } = survivor.record;
      this.#survivors.delete(processFileName(config));
      const process = this.#process(config, logs, {});
      process.adopt(survivor, { kind: "keep" });
      return process;
    });
  }

  #makeProcess(config: ProcessConfig, part: Part): ManagedProcess {
    const key = processFileName(config);
    const survivor = this.#survivors.get(key);
    this.#survivors.delete(key);
    if (survivor !== undefined) return this.#adopted(config, survivor, part);
    return this.#fresh(config, { ...part, left: this.#deps.handover.take(config) });
  }

  #fresh(config: ProcessConfig, part: Part): ManagedProcess {
    const logfiles: Partial<Record<Channel, string>> = {};
    for (const channel of channelsOf(config)) {
      const path = this.#logPath(config, channel);
      if (path !== undefined) logfiles[channel] = path;
    }
    return this.#process(config, logfiles, part);
  }

  /** It goes on writing into the logs that it has. */
  #adopted(config: ProcessConfig, survivor: Survivor, part: Part): ManagedProcess {
    const { record } = survivor;
    const found = planAdoption(record, config, {
      orphans: this.#deps.handover.isThere ? "adopt" : this.#deps.extras().orphans,
      wantsStart: this.#deps.wantsStart(config),
    });
    const plan = found.kind === "keep" ? (planByPart(part) ?? found) : found;
    const isUnchanged = isSameProcess(config, record.config);
    const process = isUnchanged ? this.#process(config, record.logs, part) : this.#fresh(config, part);
    if (plan.kind === "stop") {
      const what = plan.thenStart ? "restarting" : "stopping";
      this.#deps.log.write("INFO", `${what} '${config.name}': ${plan.why}`);
    }
    process.adopt(survivor, plan);
    part.socket?.waitFor(process);
    return process;
  }

  #process(config: ProcessConfig, logfiles: LogFiles, { socket, listener, left }: Part): ManagedProcess {
    const { pipesFolder: folder, stripAnsi } = this.#deps;
    const pid = () => pidOf(process.state) ?? 0;
    const options = { config, folder, logfiles, stripAnsi, pid, conversation: listener?.channel };
    const streams = new ProcessStreams(options, this.#deps);
    const process: ManagedProcess = new ManagedProcess(config, streams, this.#deps, { socket, left });
    socket?.serve(process);
    listener?.connect(process);
    return process;
  }

  #logPath(config: ProcessConfig, channel: Channel): string | undefined {
    const { logfile } = config[channel];
    if (logfile.kind === "file") return logfile.path;
    return logfile.kind === "auto" ? this.#makeAutoLog(config, channel) : undefined;
  }

  #makeAutoLog(config: ProcessConfig, channel: Channel): string {
    const { files, random, identifier, childLogFolder } = this.#deps;
    const name = autoLogName({ process: config.name, channel, identifier: identifier() }, random);
    const path = `${childLogFolder}/${name}`;
    files.openLog(path, { mode: 0o600 }).close();
    return path;
  }
}

/** What a process has to do with the others of its group. */
interface Part {
  readonly socket?: GroupSocket | undefined;
  readonly listener?: Listener | undefined;
  readonly left?: LeftProcess | undefined;
}

/** Processes that cannot go on under another daemon, unlike plain programs. */
function planByPart({ socket, listener }: Part): AdoptionPlan | undefined {
  if (socket !== undefined) return WITHOUT_ITS_SOCKET;
  return listener === undefined ? undefined : WITHOUT_ITS_EVENT;
}

/** Only the process itself has its listening socket now: another one could not be given it. */
const WITHOUT_ITS_SOCKET: AdoptionPlan = {
  kind: "stop",
  thenStart: true,
  why: "its socket was opened by an earlier supervisord",
};

/** It may wait for an event, or be about to answer to one: its next word would be misunderstood. */
const WITHOUT_ITS_EVENT: AdoptionPlan = {
  kind: "stop",
  thenStart: true,
  why: "what it was told last is known only to an earlier supervisord",
};

function channelsOf(config: ProcessConfig): readonly Channel[] {
  return config.redirectStderr ? ["stdout"] : ["stdout", "stderr"];
}
