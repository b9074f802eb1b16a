/** What somebody on the gateway sent and received for one purpose. */
export interface TrafficEntry {
  /** `gwe`, `gmq`, or an application's name. */
  readonly application: string;
  /** What it was for: `write:device_info`, `get_content:app.v1.tar.gz`, `forward`. */
  readonly purpose: string;
  /** As the kernel calls it; empty when unknown. */
  readonly interface: string;
  readonly requests: number;
  /** Bytes that the TCP connection carried, TLS included. */
  readonly received: number;
  readonly sent: number;
  /** The same with an estimate of TCP and IP headers. */
  readonly wireReceived: number;
  readonly wireSent: number;
  /** Counted exactly, or sampled. */
  readonly exact: boolean;
}

/** Takes down what was sent and received. */
export interface TrafficRecorder {
  /** Keeps the entry in memory until the next flush. */
  record(entry: TrafficEntry): void;
}

/** Purposes of an application beyond the ones that have a place of their own. */
export const OTHER_PURPOSES = "other";
/** The application under which all that passed an interface is written down, whoever sent it, as the kernel counted it. */
export const WHOLE_INTERFACE = "";
