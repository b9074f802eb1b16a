/**
 * What the published web client of the original makes of the reports: the GWE seed application, `files/GWE.js`.
 *
 * It is written for the original's formats alone. What it does not find it shows as `undefined`.
 */

export interface DeviceInfoPage {
  /** Shown as they are, in `<pre>`. */
  readonly uname: unknown;
  readonly df: unknown;
  readonly free: unknown;
  /** Shown as a text. */
  readonly ipaddrs: unknown;
}

/** A row of "Program Name, Exit Status, Status, Uptime, Version". */
export type ProgramRow = readonly [
  name: string,
  exitstatus: unknown,
  status: unknown,
  uptime: unknown,
  version: unknown,
];

/** A row of an interface's table. */
export interface MethodRow {
  readonly interface: string;
  readonly group: string;
  /** The column "Method". */
  readonly method: string;
  readonly num: unknown;
  readonly tot_rx: unknown;
  readonly max_rx: unknown;
  readonly tot_tx: unknown;
  readonly max_tx: unknown;
}

export function showDeviceInfo(value: string): DeviceInfoPage {
  const { uname, df, free, ipaddrs } = JSON.parse(value);
  return { uname, df, free, ipaddrs };
}

export function showEngineReport(value: string): readonly ProgramRow[] {
  const data = JSON.parse(value);
  const rows: ProgramRow[] = [];
  for (let i = 0; i < data.apps.length; i += 1) {
    for (const name of Object.keys(data.apps[i])) {
      const { exitstatus, status, uptime, version } = data.apps[i][name];
      rows.push([name, exitstatus, status, uptime, version]);
    }
  }
  return rows;
}

/**
 * The client walks all three levels with `for ... in`. That also walks the text `top_consumer`, whose keys are the positions
 * of its characters: `"0"`, `"1"`, ... So it takes a key of the third level for a row when it is longer than two characters.
 */
export function showUsageReport(value: string): readonly MethodRow[] {
  const data = JSON.parse(value);
  const rows: MethodRow[] = [];
  for (const iface of Object.keys(data)) {
    for (const group of Object.keys(data[iface])) {
      for (const method of Object.keys(data[iface][group]).filter((key) => key.length > 2)) {
        const { num, tot_rx, max_rx, tot_tx, max_tx } = data[iface][group][method];
        rows.push({ interface: iface, group, method, num, tot_rx, max_rx, tot_tx, max_tx });
      }
    }
  }
  return rows;
}
