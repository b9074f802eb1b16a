import { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { acquireLock } from "@gateway-engine/platform/lock";

/**
 * The list of trusted keys.
 *
 * @param folder an absolute path instead of the gateway's own; the lock lies in it then, since there need be no gateway
 */
export function trustFile({ trustDir, runDir }: Pick<GatewayPaths, "trustDir" | "runDir">, folder?: string): TrustFile {
  const lockFile = folder === undefined ? `${runDir}/trust.lock` : `${folder}/.lock`;
  const lock = () => acquireLock(lockFile, folder ?? trustDir, "try again in a moment");
  return new TrustFile({ files: nodeFiles, clock: systemClock, lock, folder: folder ?? trustDir });
}
