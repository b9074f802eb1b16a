/** Makes the processes of a group: their logs, their pipes, and the children that an earlier daemon left to them. */
import type { Random } from "@gateway-engine/core/random";
import type { DaemonExtras } from "../config/extras.ts";
import type { GroupConfig, ProcessConfig } from "../config/model.ts";
import { autoLogName, type Channel } from "../logs/auto-log.ts";
import { planAdoption } from "../process/adoption-plan.ts";
import { processFileName, type Survivor } from "../process/child-records.ts";
import { ManagedProcess, type ManagedProcessDeps } from "../process/managed-process.ts";
import { type LogFiles, ProcessStreams, type ProcessStreamsDeps, pipesOf } from "../process/process-streams.ts";
import { isSameProcess } from "./compare.ts";
import { ProcessGroup } from "./process-group.ts";
import { unservedOptions } from "./unserved-options.ts";

export interface GroupFactoryDeps extends ManagedProcessDeps, ProcessStreamsDeps {
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
    return new ProcessGroup(
      group,
      group.processes.map((config) => this.#makeProcess(config)),
    );
  }

  /** Those whose program is not configured any more, each as a process that can only be stopped. */
  makeStrays(): readonly ManagedProcess[] {
    return [...this.#survivors.values()].map((survivor) => {
      const { config, logs } = survivor.record;
      this.#survivors.delete(processFileName(config));
      const process = this.#process(config, logs);
      process.adopt(survivor, { kind: "keep" });
      return process;
    });
  }

  #makeProcess(config: ProcessConfig): ManagedProcess {
    const key = processFileName(config);
    const survivor = this.#survivors.get(key);
    this.#survivors.delete(key);
    return survivor === undefined ? this.#fresh(config) : this.#adopted(config, survivor);
  }

  #fresh(config: ProcessConfig): ManagedProcess {
    for (const option of unservedOptions(config)) {
      this.#deps.log.write("WARN", `'${config.name}' runs without ${option}: this release does not offer it`);
    }
    const logfiles: Partial<Record<Channel, string>> = {};
    for (const channel of channelsOf(config)) {
      const path = this.#logPath(config, channel);
      if (path !== undefined) logfiles[channel] = path;
    }
    return this.#process(config, logfiles);
  }

  /** It goes on writing into the logs that it has. */
  #adopted(config: ProcessConfig, survivor: Survivor): ManagedProcess {
    const { record } = survivor;
    const plan = planAdoption(record, config, this.#deps.extras());
    const process = isSameProcess(config, record.config) ? this.#process(config, record.logs) : this.#fresh(config);
    if (plan.kind === "stop") {
      const what = plan.thenStart ? "restarting" : "stopping";
      this.#deps.log.write("INFO", `${what} '${config.name}': ${plan.why}`);
    }
    process.adopt(survivor, plan);
    return process;
  }

  #process(config: ProcessConfig, logfiles: LogFiles): ManagedProcess {
    const { pipesFolder, stripAnsi } = this.#deps;
    const streams = new ProcessStreams({ config, folder: pipesFolder, logfiles, stripAnsi }, this.#deps);
    return new ManagedProcess(config, streams, this.#deps);
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

function channelsOf(config: ProcessConfig): readonly Channel[] {
  return config.redirectStderr ? ["stdout"] : ["stdout", "stderr"];
}
