/** Where things lie on a gateway, as absolute paths. */
export interface GatewayPaths {
  /** The folder that plays `/`. */
  readonly root: string;
  readonly gatewayCfg: string;
  readonly engineConfig: string;
  readonly gmqCfg: string;
  readonly gmqLoggingCfg: string;
  readonly configDir: string;
  /** Public keys of those whose packages are trusted, and the threshold. */
  readonly trustDir: string;
  /** Journal, applications, downloads, queue. */
  readonly stateDir: string;
  readonly journal: string;
  /** What is raised, and what was told of it. */
  readonly alerts: string;
  readonly appsDir: string;
  readonly downloadsDir: string;
  /** Layers that scripts run over, and backups of the files that they replaced. */
  readonly undoDir: string;
  /** Copies of applications' data, for installs that may have to put them back. */
  readonly snapshotsDir: string;
  /** Which releases of the engine's own parts are in force: links that a rename switches. */
  readonly componentsDir: string;
  readonly queueDir: string;
  /** What was sent and received, summed up. */
  readonly trafficBook: string;
  readonly logDir: string;
  readonly runDir: string;
  /** Where applications say what hardware they look after, each in its `<app>.json`. */
  readonly hardwareDir: string;
  readonly gweSocket: string;
  readonly gmqSocket: string;
  /** Over which applications bring their metrics. */
  readonly metricsSocket: string;
  /** One `<app>.conf` for each installed application that runs. */
  readonly supervisorConfDir: string;
  readonly supervisorSocket: string;
}

/**
 * The files of a gateway.
 *
 * @param root the value of `GWE_ROOT`, an absolute path; without it, or when it is `/`, the gateway is the whole machine
 */
export function gatewayPaths(root?: string): GatewayPaths {
  const base = root === undefined || root === "" || root === "/" ? "" : root.replace(/\/+$/, "");
  const configDir = `${base}/etc/gateway-engine`;
  const stateDir = `${base}/var/lib/gateway-engine`;
  const runDir = `${base}/run/gateway-engine`;
  return {
    root: base === "" ? "/" : base,
    configDir,
    gatewayCfg: `${configDir}/Gateway.cfg`,
    engineConfig: `${configDir}/Engine.config`,
    gmqCfg: `${configDir}/gmq.cfg`,
    gmqLoggingCfg: `${configDir}/logging.cfg`,
    trustDir: `${configDir}/trust`,
    stateDir,
    journal: `${stateDir}/journal.db`,
    alerts: `${stateDir}/alerts.json`,
    appsDir: `${stateDir}/apps`,
    downloadsDir: `${stateDir}/downloads`,
    undoDir: `${stateDir}/undo`,
    snapshotsDir: `${stateDir}/snapshots`,
    componentsDir: `${stateDir}/components`,
    queueDir: `${stateDir}/queue`,
    trafficBook: `${stateDir}/traffic.db`,
    logDir: `${base}/var/log`,
    runDir,
    hardwareDir: `${runDir}/hardware.d`,
    gweSocket: `${runDir}/gwe.sock`,
    gmqSocket: `${runDir}/gmq.sock`,
    metricsSocket: `${runDir}/metrics.sock`,
    supervisorConfDir: `${base}/etc/supervisor/conf.d`,
    supervisorSocket: base === "" ? "/tmp/supervisord.sock" : `${base}/run/supervisord.sock`,
  };
}
