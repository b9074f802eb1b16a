/** What lies in a release beside the programs' code. */
import { chmod, copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG } from "@gateway-engine/protocol/gateway-cfg";
import { PROGRAMS, programFile } from "./bundle.ts";
import { componentOf } from "./components.ts";

/** A launcher finds the folder it is in through any link, and from there what an update has put in force. */
const launcher = (program: string): string => `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/../lib/launch-in-force" ${componentOf(program)} ${programFile(program)} "$@"
`;

export async function stagePackage(repository: string, folder: string, version: string): Promise<void> {
  const here = join(repository, "scripts/release/package");
  await cp(here, folder, { recursive: true });
  for (const name of ["bin", "runtime", "specs"]) await mkdir(join(folder, name), { recursive: true });
  for (const program of Object.keys(PROGRAMS)) {
    await writeFile(join(folder, "bin", program), launcher(program));
    await chmod(join(folder, "bin", program), 0o755);
  }
  const executables = [
    ["packages/platform/bin/launch", "lib/launch"],
    ["packages/platform/bin/process-one", "lib/process-one"],
    ["packages/platform/bin/launch-in-force", "lib/launch-in-force"],
    ["packages/platform/bin/trial", "lib/trial"],
    ["packages/platform/bin/layered", "lib/layered"],
    [`node_modules/node-linux-${process.arch}/bin/node`, "runtime/node"],
    ["scripts/release/package/install.sh", "install.sh"],
  ] as const;
  for (const [from, to] of executables) {
    await copyFile(join(repository, from), join(folder, to));
    await chmod(join(folder, to), 0o755);
  }
  await stagePythonModule(join(repository, "adapters/python"), join(folder, "python"));
  await copyFile(join(repository, "LICENSE"), join(folder, "LICENSE.txt"));
  await copyFile(join(repository, "specs/gwe.spec"), join(folder, "specs/gwe.spec"));
  await writeFile(join(folder, "VERSION"), `${version}\n`);
  await writeFile(join(folder, "init/Gateway.cfg"), FRESH_GATEWAY_CFG);
  await writeFile(join(folder, "init/Engine.config"), FRESH_ENGINE_CONFIG);
}

/** Without what Python and its tools leave beside the sources. */
async function stagePythonModule(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of ["setup.py", "pyproject.toml", "README.md"]) {
    await copyFile(join(from, name), join(to, name));
  }
  await cp(join(from, "exo"), join(to, "exo"), { recursive: true, filter: (path) => !path.endsWith("__pycache__") });
}
