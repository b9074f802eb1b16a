import type { Environment, ProcessConfig } from "../config/model.ts";

/** Names of this in a child's environment find it again when the daemon died before it could write down its pid. */
export const SPAWN_ID_VARIABLE = "SUPERVISOR_SPAWN_ID";

/** What a child is told: the daemon's own environment, then supervisor's variables, then the configuration; later wins. */
export function childEnvironment(config: ProcessConfig, daemon: DaemonSurroundings, spawnId: string): Environment {
  return { ...programEnvironment(config, daemon), [SPAWN_ID_VARIABLE]: spawnId };
}

/** The same without the mark of a child: for other commands on behalf of the program. */
export function programEnvironment(config: ProcessConfig, daemon: DaemonSurroundings): Environment {
  const url = config.serverurl ?? daemon.serverUrl;
  return {
    ...daemon.environment,
    SUPERVISOR_ENABLED: "1",
    ...(url === undefined ? {} : { SUPERVISOR_SERVER_URL: url }),
    SUPERVISOR_PROCESS_NAME: config.name,
    SUPERVISOR_GROUP_NAME: config.group,
    ...config.environment,
  };
}

export interface DaemonSurroundings {
  readonly environment: Environment;
  /** `unix:///run/supervisord.sock` or `http://host:port`: where the daemon can be asked. */
  readonly serverUrl: string | undefined;
}
