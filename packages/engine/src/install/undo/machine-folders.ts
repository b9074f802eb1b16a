/** Folders of the machine in which nothing is to be taken back. */
import type { GatewayPaths } from "@gateway-engine/core/paths";

export interface FolderMachine {
  readonly mountInfo: () => string;
  /** @returns undefined when there is nothing at `path` */
  readonly realPath: (path: string) => Promise<string | undefined>;
}

/** The engine's own, and those that hold nothing that lasts. */
export function ownFolders({ root, stateDir, logDir }: GatewayPaths): readonly string[] {
  const base = root === "/" ? "" : root;
  return [stateDir, logDir, ...PASSING.map((name) => `${base}/${name}`)];
}

/** Those of `paths` that exist. */
export async function realPaths(
  { realPath }: Pick<FolderMachine, "realPath">,
  paths: readonly string[],
): Promise<readonly string[]> {
  const real = await Promise.all(paths.map(realPath));
  return real.filter((path) => path !== undefined);
}

const PASSING = ["dev", "proc", "run", "sys", "tmp", "var/tmp"];
