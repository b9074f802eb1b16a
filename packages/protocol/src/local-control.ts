/**
 * What the programs of one gateway ask each other: JSON over HTTP on unix sockets that only their owner may open.
 *
 * @see docs/reference/local-control.md
 */
import type { AlertEvent } from "./alert-event.ts";

/** `gwe` on `run/gateway-engine/gwe.sock`. */
export const GWE_CONTROL_PATHS = {
  /** GET: GatewayIdentityAnswer. */
  identity: "/identity",
  /** POST ActivateRequest: the engine looks whether its CIK still works, and gets another if not. Answers 202. */
  activate: "/activate",
  /** GET: EngineStatusAnswer. */
  status: "/status",
  /** GET, query `after=<seq>`: JournalAnswer, every transition of every install, oldest first. */
  journal: "/journal",
  /** GET: AppsAnswer. */
  apps: "/apps",
  /** GET, query `app=<name>` and `limit=<n>`, both optional: HistoryAnswer. */
  history: "/history",
  /** GET: AlertsAnswer. */
  alerts: "/alerts",
  /** POST an object as in `engine_fetch`, without "install": NDJSON stream of InstallProgress. */
  order: "/order",
  /** GET, query `by=<TrafficGrouping>` and `days=<n>`, both optional: TrafficAnswer. */
  traffic: "/traffic",
  /** POST InstallAppsRequest: NDJSON stream of InstallProgress. */
  install: "/install",
} as const;

/** The gateway's own identity, for gmq. `cik` is empty until it is activated. */
export interface GatewayIdentityAnswer {
  readonly vendor: string;
  readonly model: string;
  readonly uuid: string;
  readonly cik: string;
}

export interface ActivateRequest {
  /** The CIK that the server refused. Another than the one in use is old news. */
  readonly cik: string;
}

export interface EngineStatusAnswer {
  readonly version: string;
  readonly pid: number;
  readonly activated: boolean;
  readonly server: string;
  /** When the server last answered a call with the CIK, in milliseconds since 1970; null: not since the engine was started. */
  readonly serverAnsweredAt: number | null;
  /** Seconds between two check-ins. */
  readonly updateInterval: number;
  readonly apps: readonly { readonly name: string; readonly version: string }[];
  readonly installs: readonly InstallSummary[];
}

/** One order in the journal, newest first in lists. */
export interface InstallSummary {
  readonly id: string;
  /** `install`, or another verb of `engine_fetch`. */
  readonly verb: string;
  /** The package's file name; of other verbs the application's name, or the command. */
  readonly name: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  readonly message: string;
  /** While its package is being brought here. */
  readonly progress?: FetchProgress;
}

/** How far a package has come from the server, or from a stick. */
export interface FetchProgress {
  /** Bytes that are here, and bytes in all. */
  readonly received: number;
  readonly total: number;
  /** Seconds that the rest will take if it goes on like this; null until that can be told. */
  readonly secondsLeft: number | null;
}

export interface JournalAnswer {
  readonly transitions: readonly JournalTransition[];
}

/** One durable row of the install journal. */
export interface JournalTransition {
  readonly seq: number;
  readonly install: string;
  readonly verb: string;
  /** As in InstallSummary. */
  readonly name: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

export interface AppsAnswer {
  readonly apps: readonly AppStatus[];
}

export interface AppStatus {
  readonly name: string;
  /** The version in force; null: it is ordered, and nothing of it is installed. */
  readonly version: string | null;
  /** supervisor's word for its processes, such as RUNNING; `no program`, `not installed`, or `unknown`: no supervisor answers. */
  readonly state: string;
  /** Since when the version is in force, in milliseconds since 1970; null when the journal does not know. */
  readonly since: number | null;
  /** What is under way or waits, the latest of several. */
  readonly ordered: AppOrderStatus | null;
}

/** Something that is under way or waits. */
export interface AppOrderStatus {
  /** The application that it is about; empty when it is about none. */
  readonly app: string;
  readonly verb: string;
  /** The package's file name, or the application's name. */
  readonly name: string;
  /** A state of the install journal. */
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export interface HistoryQuery {
  /** Only what was ordered for this application. */
  readonly app?: string | undefined;
  /** At most so many, the newest. */
  readonly limit: number;
}

export interface HistoryAnswer {
  /** Oldest first. */
  readonly orders: readonly HistoryEntry[];
}

/** One order, and what came of it. */
export interface HistoryEntry {
  readonly id: string;
  readonly verb: string;
  /** The package's file name; of other verbs the application's name, or the command. */
  readonly name: string;
  /** `local`: by somebody on the gateway. */
  readonly source: "cloud" | "local";
  /** Milliseconds since 1970. */
  readonly orderedAt: number;
  /** The state that it is in; the last step. */
  readonly state: string;
  readonly message: string;
  /** The states that it has entered; of an old order only the last is kept. */
  readonly steps: readonly { readonly state: string; readonly at: number }[];
}

export const TRAFFIC_GROUPINGS = ["app", "interface", "purpose", "class"] as const;
export type TrafficGrouping = (typeof TRAFFIC_GROUPINGS)[number];

export type InterfaceClass = "ethernet" | "wifi" | "cellular" | "loopback" | "other";

export interface TrafficQuery {
  readonly by: TrafficGrouping;
  /** So many days of UTC, today among them. */
  readonly days: number;
}

export interface TrafficAnswer extends TrafficQuery {
  /** Milliseconds since 1970: the midnight at which the first day begins. */
  readonly since: number;
  /** The one with the most bytes first. */
  readonly rows: readonly TrafficRowAnswer[];
  readonly interfaces: readonly InterfaceTotalsAnswer[];
}

export interface TrafficRowAnswer {
  /** What the rows are told apart by: application; application and purpose; interface and its class; class. */
  readonly key: readonly string[];
  readonly requests: number;
  /** Bytes that TCP connections carried; of interfaces and classes all bytes that passed. */
  readonly received: number;
  readonly sent: number;
  /** The same with an estimate of TCP and IP headers. */
  readonly wireReceived: number;
  readonly wireSent: number;
  /** Whether `received` and `sent` were counted, all of them; otherwise some were sampled. */
  readonly exact: boolean;
}

/** All bytes that passed an interface, as the kernel counts them. */
export interface InterfaceTotalsAnswer {
  readonly name: string;
  readonly class: InterfaceClass;
  readonly sinceBoot: BytesAnswer;
  /** Midnight in UTC. */
  readonly sinceMidnight: BytesAnswer;
  /** Since the book was begun, and before that since the machine's start. */
  readonly ever: BytesAnswer;
}

export interface BytesAnswer {
  readonly received: number;
  readonly sent: number;
}

export interface AlertsAnswer {
  /** Oldest first. */
  readonly raised: readonly AlertEvent[];
  /** What was told last, oldest first. */
  readonly events: readonly ToldAlertEvent[];
}

export interface ToldAlertEvent extends AlertEvent {
  /** Whether the queue or the server has it. */
  readonly sent: boolean;
}

export interface InstallAppsRequest {
  /** Absolute paths of package files on the gateway. */
  readonly packages: readonly string[];
}

/** One line of the answer to an install request. */
export type InstallProgress =
  | { readonly kind: "state"; readonly name: string; readonly state: string; readonly message: string }
  /** About twice a second at most. */
  | ({ readonly kind: "progress"; readonly name: string } & FetchProgress)
  | { readonly kind: "output"; readonly name: string; readonly text: string }
  | { readonly kind: "done"; readonly name: string; readonly ok: boolean; readonly message: string };

/** `gmq` on `run/gateway-engine/gmq.sock`; it also answers the Device API paths there. */
export const GMQ_CONTROL_PATHS = {
  /** GET: QueueStatusAnswer. */
  status: "/status",
  /** POST: read gmq.cfg and logging.cfg again. Answers 204. */
  reread: "/reread",
  /** On the unix socket alone. GET, query as `formatMessageQuery` writes it: NDJSON of queue-export's MessageLine. */
  messages: "/messages",
  /** On the unix socket alone. POST NDJSON of MessageLine: ImportAnswer. */
  import: "/import",
  /** On the unix socket alone. POST ReplayRequest: ReplayAnswer. */
  replay: "/replay",
  /** On the unix socket alone. POST: everything that waits for company or for its next try is sent now. Answers 204. */
  drain: "/drain",
  /** On the unix socket alone. GET: QueueTrafficAnswer. */
  traffic: "/traffic",
} as const;

export interface QueueStatusAnswer {
  readonly version: string;
  readonly pid: number;
  /** Messages that are accepted and not yet acknowledged by the server. */
  readonly queued: number;
  /** Milliseconds since 1970 of the oldest of them, or null. */
  readonly oldestAt: number | null;
  readonly forwarded: number;
  readonly setAside: number;
  /** Lost, since there was no room. */
  readonly dropped: number;
  /** Lost, since their time was over. */
  readonly expired: number;
  /** Of those set aside, how many had to make room for later ones. */
  readonly discarded: number;
  /** Never accepted, since there was no room; counted since gmq was started. */
  readonly refused: number;
  /** Accepted while the clock was not set, and sent with a time that is an estimate. */
  readonly estimated: number;
  /** The same by upstream, as far as it differs; a message counts for each upstream that it goes to. */
  readonly upstreams: readonly UpstreamStatus[];
}

export interface UpstreamStatus {
  readonly name: string;
  /** As in gmq.cfg; null: the gateway's own server. */
  readonly url: string | null;
  readonly transport: "http" | "mqtt";
  /** Why data waits for it; null: it does not, as far as is known. */
  readonly problem: string | null;
  readonly queued: number;
  readonly forwarded: number;
  readonly setAside: number;
  readonly dropped: number;
  readonly expired: number;
  readonly discarded: number;
}

/** What the data of each device has cost since gmq was started. */
export interface QueueTrafficAnswer {
  /** Another one after each start of gmq, when everything is counted from 0 again. */
  readonly life: string;
  readonly devices: readonly DeviceTraffic[];
}

export interface DeviceTraffic {
  /** `<vendor> <model> <serial>`, `gateway`, `CIK-only device <number>`, or `other`: all that there was no room to count apart. */
  readonly device: string;
  /** What applications have handed in for it: messages on disk, and the bytes of their bodies. */
  readonly accepted: { readonly messages: number; readonly bytes: number };
  /** Its requests to servers. */
  readonly requests: readonly RequestTraffic[];
}

export interface RequestTraffic {
  /** `forward`: its data. `activate`: its CIK. `timestamp`: the server's clock, for a queue whose own is not set. */
  readonly purpose: "forward" | "activate" | "timestamp";
  readonly requests: number;
  /** Bytes that TCP carried, TLS included. */
  readonly sent: number;
  readonly received: number;
}
