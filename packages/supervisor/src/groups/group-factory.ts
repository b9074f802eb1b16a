/** Makes the processes of a group: their logs, their pipes, and the children that an earlier daemon left to them. */
import type { Random } from "@gateway-engine/core/random";
import type { DaemonExtras } from "../config/extras.ts";
import type { GroupConfig, ProcessConfig } from "../config/model.ts";
import { GroupSocket, type GroupSocketDeps } from "../fastcgi/group-socket.ts";
import { autoLogName, type Channel } from "../logs/auto-log.ts";
import { type AdoptionPlan, planAdoption } from "../process/adoption-plan.ts";
import { processFileName, type Survivor } from "../process/child-records.ts";
import { ManagedProcess, type ManagedProcessDeps } from "../process/managed-process.ts";
import { type LogFiles, ProcessStreams, type ProcessStreamsDeps, pipesOf } from "../process/process-streams.ts";
import { isSameProcess } from "./compare.ts";
import { ProcessGroup } from "./process-group.ts";
import { unservedOptions } from "./unserved-options.ts";

export interface GroupFactoryDeps extends ManagedProcessDeps, ProcessStreamsDeps, GroupSocketDeps {
  readonly random: Random;
  /** Where the FIFOs are. */
  readonly pipesFolder: string;
  /** Where AUTO logs go. */
  readonly childLogFolder: string;
  readonly identifier: () => string;
  readonly stripAnsi: () => boolean;
  readonly extras: () => DaemonExtras;
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
    return new ProcessGroup(
      group,
      group.processes.map((config) => this.#makeProcess(config, socket)),
    );
  }

  /** Those whose program is not configured any more, each as a process that can only be stopped. */
  makeStrays(): readonly ManagedProcess[] {
    return [...this.#survivors.values()].map((survivor) => {
      const { config, logs } = survivor.record;
      this.#survivors.delete(processFileName(config));
      const process = this.#process(config, logs, undefined);
      process.adopt(survivor, { kind: "keep" });
      return process;
    });
  }

  #makeProcess(config: ProcessConfig, socket?: GroupSocket): ManagedProcess {
    const key = processFileName(config);
    const survivor = this.#survivors.get(key);
    this.#survivors.delete(key);
    return survivor === undefined ? this.#fresh(config, socket) : this.#adopted(config, survivor, socket);
  }

  #fresh(config: ProcessConfig, socket: GroupSocket | undefined): ManagedProcess {
    for (const option of unservedOptions(config)) {
      this.#deps.log.write("WARN", `'${config.name}' runs without ${option}: this release does not offer it`);
    }
    const logfiles: Partial<Record<Channel, string>> = {};
    for (const channel of channelsOf(config)) {
      const path = this.#logPath(config, channel);
      if (path !== undefined) logfiles[channel] = path;
    }
    return this.#process(config, logfiles, socket);
  }

  /** It goes on writing into the logs that it has. */
  #adopted(config: ProcessConfig, survivor: Survivor, socket: GroupSocket | undefined): ManagedProcess {
    const { record } = survivor;
    const found = planAdoption(record, config, this.#deps.extras());
    const plan = found.kind === "keep" && socket !== undefined ? WITHOUT_ITS_SOCKET : found;
    const isUnchanged = isSameProcess(config, record.config);
    const process = isUnchanged ? this.#process(config, record.logs, socket) : this.#fresh(config, socket);
    if (plan.kind === "stop") {
      const what = plan.thenStart ? "restarting" : "stopping";
      this.#deps.log.write("INFO", `${what} '${config.name}': ${plan.why}`);
    }
    process.adopt(survivor, plan);
    socket?.waitFor(process);
    return process;
  }

  #process(config: ProcessConfig, logfiles: LogFiles, socket: GroupSocket | undefined): ManagedProcess {
    const { pipesFolder, stripAnsi } = this.#deps;
    const streams = new ProcessStreams({ config, folder: pipesFolder, logfiles, stripAnsi }, this.#deps);
    const process = new ManagedProcess(config, streams, this.#deps, socket);
    socket?.serve(process);
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

/** Only the process itself has its listening socket now: another one could not be given it. */
const WITHOUT_ITS_SOCKET: AdoptionPlan = {
  kind: "stop",
  thenStart: true,
  why: "its socket was opened by an earlier supervisord",
};

function channelsOf(config: ProcessConfig): readonly Channel[] {
  return config.redirectStderr ? ["stdout"] : ["stdout", "stderr"];
}
