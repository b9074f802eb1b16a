/** Debian's supervisord, set up for a gateway in a folder as the manual tells. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { gatewayPaths } from "@gateway-engine/core/paths";
import type { SupervisorCommands } from "../system.ts";

const DAEMON = "/usr/bin/supervisord";
const CLIENT = "/usr/bin/supervisorctl";

export function realSupervisord(root: string): SupervisorCommands {
  if (!existsSync(DAEMON)) throw new Error("this test needs the Debian package supervisor");
  const paths = gatewayPaths(root);
  for (const folder of [paths.supervisorConfDir, paths.logDir, paths.runDir]) mkdirSync(folder, { recursive: true });
  const file = `${root}/etc/supervisor/supervisord.conf`;
  writeFileSync(file, configuration(paths));
  return {
    daemon: { executable: DAEMON, args: ["-n", "-c", file] },
    client: { executable: CLIENT, args: ["-c", file] },
  };
}

function configuration({ supervisorSocket, logDir, root }: ReturnType<typeof gatewayPaths>): string {
  return `[unix_http_server]
file = ${supervisorSocket}

[supervisord]
logfile = ${logDir}/supervisord.log
pidfile = ${root}/run/supervisord.pid
childlogdir = ${logDir}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://${supervisorSocket}

[include]
files = conf.d/*.conf
`;
}
