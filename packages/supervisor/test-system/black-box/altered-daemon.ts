/** A copy of our daemon as it was built, which can be altered and started like the original. */
import { join } from "node:path";
import { type Alteration, alterBuild, copyBuild } from "@gateway-engine/testkit/altered-build";

export type { Alteration } from "@gateway-engine/testkit/altered-build";

/** @returns the launcher of the copy */
export function copyDaemon(folder: string): string {
  return join(copyBuild(folder, ["supervisor"]), "supervisor/bin/supervisord");
}

export function alter(folder: string, alteration: Alteration): void {
  alterBuild(join(folder, "packages/supervisor/dist"), alteration);
}
