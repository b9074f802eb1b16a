import type { TlsCredentials, TlsFiles } from "@gateway-engine/core/tls";
import type { TlsOptionNames } from "./tls-credentials.ts";

/**
 * The credentials in `files`. Their check, and node:crypto with it, is loaded only when there is something to check.
 *
 * @param names what the user calls the files
 * @throws ConfigError E_TLS_FILE
 */
export async function readTlsFiles(files: TlsFiles, names?: TlsOptionNames): Promise<TlsCredentials> {
  if (!files.cert && !files.key && !files.ca) return {};
  const { loadTlsCredentials } = await import("./tls-credentials.ts");
  return loadTlsCredentials(files, names);
}
