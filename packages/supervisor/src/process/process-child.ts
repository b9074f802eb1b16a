/** The child of a process: one that we made, or one that an earlier daemon made and we took over. */
import type { ChildExit, Children, ProcessIdentity, SignalTarget } from "@gateway-engine/core/children";
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { ListeningSocket } from "@gateway-engine/core/listening-sockets";
import { fail, type Result } from "@gateway-engine/core/result";
import type { ProcessConfig } from "../config/model.ts";
import type { SignalName } from "../config/signals.ts";
import { AdoptionWatch } from "./adoption-watch.ts";
import type { StopWish, Survivor } from "./child-records.ts";
import type { Launcher } from "./launcher.ts";
import type { ProcessStreams } from "./process-streams.ts";
import { RunRecord, type RunRecordDeps } from "./run-record.ts";

export interface ProcessChildDeps extends RunRecordDeps {
  readonly clock: Clock;
  readonly children: Children;
  readonly launcher: Launcher;
  readonly newSpawnId: () => string;
}

export interface ProcessChildOptions {
  readonly config: ProcessConfig;
  readonly streams: ProcessStreams;
  /** What the child accepts connections on, if anything. */
  readonly socket: SocketSource | undefined;
  /** It has ended, and all that it wrote was read. */
  readonly onExit: (exit: ChildExit) => void;
}

/** Where a process gets what it accepts connections on. */
export interface SocketSource {
  /** @returns the socket, or why there is none */
  open(): Promise<Result<ListeningSocket, string>>;
}

export class ProcessChild {
  readonly #options: ProcessChildOptions;
  readonly #deps: ProcessChildDeps;
  readonly #record: RunRecord;
  #identity: ProcessIdentity | undefined;
  #adoption: AdoptionWatch | undefined;

  constructor(options: ProcessChildOptions, deps: ProcessChildDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#record = new RunRecord(options.config, deps);
  }

  get isAlive(): boolean {
    return this.#identity !== undefined && this.#deps.children.isAlive(this.#identity);
  }

  /** @returns the pid, or why there is no child */
  async make(): Promise<Result<number, string>> {
    const made = await this.#launch().catch((error: unknown) => fail(describeError(error)));
    if (!made.ok) this.#record.forget();
    return made;
  }

  takeOver(survivor: Survivor): void {
    const { clock, children } = this.#deps;
    this.#identity = survivor.process;
    this.#record.takeOver(survivor);
    this.#options.streams.resume();
    this.#adoption = new AdoptionWatch(survivor.process, { clock, isAlive: children.isAlive }, () =>
      this.#exited(children.exitOf(survivor.process) ?? { kind: "unseen" }),
    );
  }

  /** Before the signal is sent. */
  markStopping(wish: StopWish): void {
    this.#record.markStopping(wish);
  }

  /** One that was taken over may be gone, and its pid somebody else's. @returns why it could not be sent */
  signal(target: SignalTarget, signal: SignalName): string | undefined {
    if (this.#adoption !== undefined && !this.isAlive) return undefined;
    const problem = this.#deps.children.signal(target, signal);
    this.#adoption?.hint();
    return problem;
  }

  /** Its end may be near: one that was taken over has to be looked at to see it. */
  hint(): void {
    this.#adoption?.hint();
  }

  /** Watches over it no longer, and leaves it as it is. */
  letGo(): void {
    this.#adoption?.stop();
  }

  async #launch(): Promise<Result<number, string>> {
    const { clock, children, launcher, newSpawnId } = this.#deps;
    const { config, streams, socket: source } = this.#options;
    const { group, name } = config;
    const spawnId = newSpawnId();
    const socket = await source?.open();
    if (socket?.ok === false) return socket;
    streams.open();
    this.#record.begin({ group, name, spawnId, startedAt: clock.now(), logs: streams.logfiles, config });
    const launched = await launcher.launch({
      config,
      spawnId,
      pipes: streams.pipes,
      listenOn: socket?.value,
      onExit: this.#exited,
    });
    this.#identity = launched.ok ? children.identify(launched.value) : undefined;
    if (this.#identity !== undefined) this.#record.identify(this.#identity);
    return launched;
  }

  readonly #exited = (exit: ChildExit): void => {
    this.#adoption?.stop();
    this.#adoption = undefined;
    this.#identity = undefined;
    this.#options.streams.drain();
    this.#record.forget();
    this.#options.onExit(exit);
  };
}
