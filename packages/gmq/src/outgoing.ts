/** Everything that goes out: the upstreams of gmq.cfg, their CIKs, and the forwarder that empties the queue into them. */
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { UpstreamStatus } from "@gateway-engine/protocol/local-control";
import type { UpstreamCfg } from "./config/upstream-cfg.ts";
import { Forwarder } from "./forwarder/forwarder.ts";
import type { ForwarderConfig } from "./forwarder/lane-state.ts";
import type { Activate } from "./identity/activation.ts";
import { Credentials } from "./identity/credentials.ts";
import { type GatewayIdentitySource, wholeIdentity } from "./identity/gateway-identity.ts";
import type { Servers } from "./identity/servers.ts";
import { type Lane, laneOf } from "./spool/lane.ts";
import type { MessageKind, QueueDevice, Submission } from "./spool/message.ts";
import { MAIN_UPSTREAM } from "./spool/schema.ts";
import type { Spool } from "./spool/spool.ts";
import type { UpstreamTotals } from "./spool/totals.ts";
import { type OpenUpstream, openUpstream, type UpstreamsDeps } from "./upstreams.ts";

export interface OutgoingDeps extends Omit<UpstreamsDeps, "spool" | "mainCiks" | "identityOf" | "cfgFolder"> {
  readonly spool: Spool;
  readonly paths: Pick<GatewayPaths, "configDir">;
  readonly gateway: GatewayIdentitySource;
  readonly servers: Servers;
  readonly config: () => ForwarderConfig & { readonly upstreams: readonly UpstreamCfg[] };
}

export class Outgoing {
  readonly credentials: Credentials;
  readonly #deps: OutgoingDeps;
  readonly #forwarder: Forwarder;
  readonly #stopped = new AbortController();
  /** The newest change of the upstreams: each waits for the one before. */
  #change: Promise<void> = Promise.resolve();
  /** As they are in use. */
  #cfgs: readonly UpstreamCfg[] = [];
  #opened: readonly OpenUpstream[] = [];

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
    const log = deps.log.named("identity");
    this.credentials = new Credentials({
      ...deps,
      log,
      activate: (device, signal) => this.#activateAtMain(device, signal),
    });
    this.#forwarder = new Forwarder({ ...deps, log: deps.log.named("forwarder") });
    deps.spool.askTimeBy((upstream, device) => this.#timeAt(upstream, device));
  }

  /** Takes up what is in the queue. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#useUpstreams());
  }

  /** A message of this device is on disk. */
  queued(device: number, { kind, priority }: Pick<Submission, "kind" | "priority">): void {
    this.#forwarder.queued(laneOf(device, priority), kind);
  }

  /** There may be messages in these lanes. */
  queuedIn(lanes: readonly Lane[], messageKind: MessageKind): void {
    for (const lane of lanes) this.#forwarder.queued(lane, messageKind);
  }

  /** Sends now what waits for company or for its next try. */
  drain(): void {
    this.#forwarder.drain();
  }

  /** gmq.cfg was read again. */
  configChanged(): Promise<void> {
    return this.#inTurn(async () => {
      const { upstreams } = this.#deps.config();
      // Files may have been renewed under their old names.
      const namesFiles = upstreams.some(
        ({ certificateFile, caFile }) => certificateFile !== undefined || caFile !== undefined,
      );
      if (namesFiles || JSON.stringify(upstreams) !== JSON.stringify(this.#cfgs)) await this.#useUpstreams();
      else this.#forwarder.configChanged();
    });
  }

  statusOf(totals: UpstreamTotals): UpstreamStatus {
    const { url = null, transport = "http" } = this.#cfgs.find(({ name }) => name === totals.name) ?? {};
    return { ...totals, url, transport, problem: this.#forwarder.problemOf(totals.name) ?? null };
  }

  /** Ends at once: what was not acknowledged is still on disk, and is sent again by the next run. */
  stop(): void {
    this.#stopped.abort();
    this.#forwarder.stop();
    this.credentials.stop();
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    this.#change = this.#change.catch(() => {}).then(change);
    return this.#change;
  }

  async #useUpstreams(): Promise<void> {
    const { spool, config } = this.#deps;
    const { upstreams } = config();
    const opened = await Promise.all(upstreams.map((cfg) => this.#open(cfg)));
    await spool.setUpstreams(upstreams.map(({ name }) => name).filter((name) => name !== MAIN_UPSTREAM));
    if (this.#stopped.signal.aborted) return;
    this.#opened = opened;
    await this.#forwarder.start(opened);
    this.#cfgs = upstreams;
  }

  async #timeAt(name: string, device: QueueDevice): Promise<number | undefined> {
    const upstream = this.#opened.find((one) => one.name === name);
    if (upstream === undefined) throw new RangeError(`there is no upstream ${name}`);
    return upstream.time(device, this.#stopped.signal);
  }

  async #activateAtMain(...[device, signal]: Parameters<Activate>): Promise<string> {
    const [main] = this.#opened;
    if (main === undefined) throw new RangeError("there is no main upstream before the start");
    return main.activate(device, signal);
  }

  #open(cfg: UpstreamCfg): Promise<OpenUpstream> {
    const { paths, gateway, log } = this.#deps;
    return openUpstream(cfg, {
      ...this.#deps,
      mainCiks: this.credentials,
      identityOf: async (device, signal) =>
        device.isGateway ? wholeIdentity(await gateway.read(signal)) : device.identity,
      cfgFolder: paths.configDir,
      log: log.named("identity"),
    });
  }
}
