import { family, type MetricFamily, single } from "./family.ts";

/** What the engine knows of itself. */
export interface EngineReading {
  readonly version: string;
  /** Of Node, without its `v`. */
  readonly runtime: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly activated: boolean;
  /** Seconds between two check-ins. */
  readonly updateInterval: number;
  /** Since it was started, by how they ended. */
  readonly checkIns: Readonly<Record<string, number>>;
  /** Seconds since 1970; undefined before the first. */
  readonly lastCheckInAt: number | undefined;
  /** Orders that the journal remembers, by verb and the state that each is in. */
  readonly orders: readonly { readonly verb: string; readonly state: string; readonly count: number }[];
  readonly apps: readonly { readonly name: string; readonly version: string }[];
}

export function engineMetrics(engine: EngineReading): readonly MetricFamily[] {
  const { version, runtime, checkIns, orders, apps } = engine;
  return [
    family("gauge", "gwe_build_info", "Versions of the engine and of its runtime; always 1.", [
      [{ version, runtime }, 1],
    ]),
    single("gauge", "gwe_start_time_seconds", "When the engine was started, in unixtime.", engine.startedAt),
    single("gauge", "gwe_activated", "Whether the server has given the gateway a CIK.", engine.activated ? 1 : 0),
    single("gauge", "gwe_update_interval_seconds", "Time between two check-ins.", engine.updateInterval),
    family(
      "counter",
      "gwe_check_ins_total",
      "Check-ins since the engine was started, by how they ended.",
      Object.entries(checkIns).map(([result, count]) => [{ result }, count]),
    ),
    single("gauge", "gwe_last_check_in_timestamp_seconds", "When the last check-in ended well.", engine.lastCheckInAt),
    family(
      "gauge",
      "gwe_journal_orders",
      "Orders that the journal remembers, by the state that each is in.",
      orders.map(({ verb, state, count }) => [{ verb, state }, count]),
    ),
    family(
      "gauge",
      "gwe_application_info",
      "The version in force of each installed application; always 1.",
      apps.map(({ name, version: inForce }) => [{ application: name, version: inForce }, 1]),
    ),
  ];
}
