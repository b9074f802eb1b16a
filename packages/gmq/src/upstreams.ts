/** Makes the upstreams of gmq.cfg, each with its line, and the source of its CIKs. */
import { posix } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import type { TlsCredentials, TlsFiles } from "@gateway-engine/core/tls";
import type { MqttDeps } from "@gateway-engine/device-client/mqtt/connection";
import type { UpstreamCfg } from "./config/upstream-cfg.ts";
import type { Upstream } from "./forwarder/upstream-forwarder.ts";
import type { Activate } from "./identity/activation.ts";
import { PinnedCik } from "./identity/pinned-cik.ts";
import { forProduct, type Servers } from "./identity/servers.ts";
import { UpstreamCiks, type UpstreamCiksDeps, type UpstreamCiksSpool } from "./identity/upstream-ciks.ts";
import { HttpLine } from "./line/http-line.ts";
import type { Line } from "./line/line.ts";
import type { QueueDevice } from "./spool/message.ts";
import { MAIN_UPSTREAM } from "./spool/schema.ts";
import type { CountTraffic } from "./traffic/traffic-counters.ts";

export interface UpstreamsDeps {
  readonly spool: UpstreamCiksSpool & { readonly id: string };
  readonly servers: Pick<Servers, "addressOf" | "productOf">;
  readonly identityOf: UpstreamCiksDeps["identityOf"];
  /** The devices' own CIKs at the main upstream. */
  readonly mainCiks: CikSource;
  /** Folder that names of files in gmq.cfg are relative to. */
  readonly cfgFolder: string;
  readonly files: Pick<Files, "readText">;
  readonly openHttp: (tls: TlsCredentials | undefined) => HttpClient & { close(): void };
  /** @throws ConfigError */
  readonly loadTls: (files: TlsFiles) => Promise<TlsCredentials>;
  readonly dial: MqttDeps["dial"];
  readonly userAgent: string;
  readonly countTraffic: CountTraffic;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface CikSource {
  obtain(device: number, refused: string | undefined): Promise<string>;
}

export interface OpenUpstream extends Upstream {
  readonly activate: Activate;
  readonly time: Line["time"];
}

export async function openUpstream(cfg: UpstreamCfg, deps: UpstreamsDeps): Promise<OpenUpstream> {
  const line = await openLine(cfg, deps);
  const ciks = ciksFor(cfg, line.activate.bind(line), deps);
  return {
    name: cfg.name,
    sender: {
      send: (delivery, signal) => line.send(delivery, signal),
      close: () => {
        ciks.stop?.();
        line.close();
      },
    },
    obtainCik: (device, refused) => ciks.obtain(device, refused),
    activate: (device, signal) => line.activate(device, signal),
    time: (device, signal) => line.time(device, signal),
  };
}

function ciksFor(cfg: UpstreamCfg, activate: Activate, deps: UpstreamsDeps): CikSource & { stop?(): void } {
  const { name, cikFile, certificateFile } = cfg;
  const log = deps.log.named(name);
  if (cikFile !== undefined) return new PinnedCik({ ...deps, log, file: inFolder(cikFile, deps) });
  if (certificateFile !== undefined) return new PinnedCik({ ...deps, log, file: undefined });
  // They outlive this upstream: a changed configuration opens another main one.
  if (name === MAIN_UPSTREAM) return { obtain: (device, refused) => deps.mainCiks.obtain(device, refused) };
  return new UpstreamCiks({ ...deps, log, upstream: name, activate });
}

async function openLine(cfg: UpstreamCfg, deps: UpstreamsDeps): Promise<Line> {
  const { timeoutMs, record } = cfg;
  const { clock, dial, spool, userAgent, openHttp, countTraffic } = deps;
  const addressOf = addressesOf(cfg, deps);
  const loadTls = () => tlsOf(cfg, deps);
  if (cfg.transport === "mqtt") {
    const { MqttLine } = await import("./line/mqtt/mqtt-line.ts");
    return new MqttLine({ addressOf, loadTls, dial, timeoutMs, clock });
  }
  return new HttpLine({
    addressOf,
    openHttp: async () => openHttp(await loadTls()),
    userAgent,
    timeoutMs,
    record,
    spool: spool.id,
    clock,
    countTraffic,
  });
}

function addressesOf({ name, url, transport }: UpstreamCfg, { servers }: UpstreamsDeps) {
  // GWE_SERVER and Engine.config name HTTP servers.
  if (name === MAIN_UPSTREAM && transport === "http") return (device: QueueDevice) => servers.addressOf(device, url);
  return async (device: QueueDevice) => forProduct(url ?? "", await servers.productOf(device));
}

async function tlsOf(
  { certificateFile, keyFile, caFile }: UpstreamCfg,
  deps: UpstreamsDeps,
): Promise<TlsCredentials | undefined> {
  if (certificateFile === undefined && caFile === undefined) return undefined;
  const path = (file: string | undefined) => (file === undefined ? undefined : inFolder(file, deps));
  return deps.loadTls({ cert: path(certificateFile), key: path(keyFile), ca: path(caFile) });
}

function inFolder(file: string, { cfgFolder }: UpstreamsDeps): string {
  return posix.resolve(cfgFolder, file);
}
