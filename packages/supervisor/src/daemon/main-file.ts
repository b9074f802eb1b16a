/** Which configuration a daemon reads: the named one, the built-in one of a gateway in a folder, or the first that is found. */
import { resolve } from "node:path";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { MainFile } from "../config/load.ts";

export interface Whereabouts {
  /** The value of `-c`. */
  readonly given: string | undefined;
  /** The value of `GWE_ROOT`. */
  readonly gatewayRoot: string | undefined;
  readonly workingDirectory: string;
  /** Where the program lies. */
  readonly programDirectory: string;
  readonly exists: (path: string) => boolean;
}

export function findMainFile(where: Whereabouts): Result<MainFile, string> {
  const { given, gatewayRoot, workingDirectory, exists } = where;
  if (given !== undefined) return ok({ path: resolve(workingDirectory, given) });
  if (gatewayRoot !== undefined && gatewayRoot !== "") return ok(builtinMainFile(gatewayPaths(gatewayRoot)));
  const candidates = searchedFiles(where);
  const found = candidates.find(exists);
  if (found !== undefined) return ok({ path: found });
  return fail(
    `No config file found at default paths (${candidates.join(", ")}); use the -c option to specify a config file at a different path`,
  );
}

function searchedFiles({ workingDirectory, programDirectory }: Whereabouts): readonly string[] {
  return [
    resolve(programDirectory, "../etc/supervisord.conf"),
    resolve(programDirectory, "../supervisord.conf"),
    resolve(workingDirectory, "supervisord.conf"),
    resolve(workingDirectory, "etc/supervisord.conf"),
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
  ];
}

/** The folders that the built-in configuration needs. */
export function builtinFolders(paths: GatewayPaths): readonly string[] {
  return [paths.logDir, paths.supervisorConfDir, paths.runDir];
}

/** No programs of its own: one file for each application lies in `etc/supervisor/conf.d`. */
function builtinMainFile(paths: GatewayPaths): MainFile {
  const literal = (path: string) => path.replaceAll("%", "%%");
  const text = `[unix_http_server]
file = ${literal(paths.supervisorSocket)}
chmod = 0700

[supervisord]
logfile = ${literal(paths.logDir)}/supervisord.log
logfile_maxbytes = 1MB
logfile_backups = 2
pidfile = ${literal(paths.root === "/" ? "" : paths.root)}/run/supervisord.pid
childlogdir = ${literal(paths.logDir)}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[include]
files = conf.d/*.conf
`;
  return { path: `${paths.supervisorConfDir}/../supervisord.conf`.replace("/conf.d/..", ""), text };
}
