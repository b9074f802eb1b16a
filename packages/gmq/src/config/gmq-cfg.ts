/**
 * gmq.cfg: how the queue works. Changes take effect with `gmq reread`.
 *
 * @see docs/reference/gmq.md#configuration
 */
import { formatIni, type IniEntry, type IniProblem, parseIni } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { DEFAULT_MQTT_CFG, MQTT_DEFAULTS, type MqttCfg, parseMqttCfg } from "../intake/mqtt/mqtt-cfg.ts";
import { DB_PRESETS, type DbCfg, DEFAULT_DB_CFG, parseDbCfg } from "./db-cfg.ts";
import { DEFAULT_MAIN_UPSTREAM, parseUpstreams, type UpstreamCfg } from "./upstream-cfg.ts";

export interface GmqCfg {
  /** Milliseconds that records wait for company. */
  readonly batchRecordPeriodMs: number;
  /** Most messages in one upload. */
  readonly batchQty: number;
  /** What the queue may hold. */
  readonly db: DbCfg;
  /** Where HTTP is taken in; port 0 lets the system choose. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly mqtt: MqttCfg;
  /** The main one first. */
  readonly upstreams: readonly UpstreamCfg[];
}

const DEFAULTS = {
  unq: { batch_record_period: "10.0", batch_qty: "60" },
  db: DB_PRESETS,
  server: { listen: "127.0.0.1:8090" },
  mqtt: MQTT_DEFAULTS,
} as const;

export const DEFAULT_GMQ_CFG: GmqCfg = {
  batchRecordPeriodMs: 10_000,
  batchQty: 60,
  db: DEFAULT_DB_CFG,
  listen: { host: "127.0.0.1", port: 8090 },
  mqtt: DEFAULT_MQTT_CFG,
  upstreams: [DEFAULT_MAIN_UPSTREAM],
};

export const FRESH_GMQ_CFG: string = formatIni(DEFAULTS);

/** Options that are missing have their defaults; sections and options that we do not know are left to whoever wrote them. */
export function parseGmqCfg(text: string): Result<GmqCfg, IniProblem> {
  const document = parseIni(text);
  if (!document.ok) return document;
  const read = (section: string, key: string, preset: string): IniEntry =>
    document.value.get(section)?.entries.get(key) ?? { key, value: preset, line: 0 };
  const wrong = ({ key, value, line }: IniEntry, want: string) =>
    fail({ line, problem: `${key} is "${value}", but must be ${want}` });

  const period = read("unq", "batch_record_period", DEFAULTS.unq.batch_record_period);
  const seconds = Number(period.value);
  if (period.value === "" || !(seconds >= 0 && seconds <= LONGEST_PERIOD_SECONDS)) {
    return wrong(period, `a number of seconds from 0 to ${LONGEST_PERIOD_SECONDS}`);
  }
  const qty = read("unq", "batch_qty", DEFAULTS.unq.batch_qty);
  const batchQty = Number(qty.value);
  if (!(Number.isSafeInteger(batchQty) && batchQty >= 1 && batchQty <= LARGEST_BATCH)) {
    return wrong(qty, `a whole number from 1 to ${LARGEST_BATCH}`);
  }
  const db = parseDbCfg(document.value.get("db"));
  if (!db.ok) return db;
  const listen = read("server", "listen", DEFAULTS.server.listen);
  const address = parseAddress(listen.value);
  if (address === undefined) return wrong(listen, "an address with a port, such as 127.0.0.1:8090");
  const mqtt = parseMqttCfg(document.value, parseAddress);
  if (!mqtt.ok) return mqtt;
  const upstreams = parseUpstreams(document.value);
  if (!upstreams.ok) return upstreams;
  return ok({
    batchRecordPeriodMs: seconds * 1000,
    batchQty,
    db: db.value,
    listen: address,
    mqtt: mqtt.value,
    upstreams: upstreams.value,
  });
}

const LONGEST_PERIOD_SECONDS = 86_400;
const LARGEST_BATCH = 10_000;

function parseAddress(text: string): GmqCfg["listen"] | undefined {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || !(port <= 65_535) ? undefined : { host, port };
}
