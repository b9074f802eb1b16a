/** Where gdc's parts are picked. */
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { TlsCredentials, TlsFiles } from "@gateway-engine/core/tls";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { runGdc } from "./gdc/program.ts";

export interface Gdc {
  /** @returns the exit status */
  run(args: readonly string[], signal: AbortSignal): Promise<number>;
}

export function compose(mainFile: string): Gdc {
  return {
    run: async (args, signal) => {
      const opened: { close(): void }[] = [];
      try {
        return await runGdc(
          {
            openHttp: (tls) => {
              const http = createHttpClient({ tls, proxy: proxyRulesFrom(process.env) });
              opened.push(http);
              return http;
            },
            dial: dialStream,
            readTls,
            files: nodeFiles,
            clock: systemClock,
            random: systemRandom,
            paths: gatewayPaths(process.env["GWE_ROOT"]),
            environmentServer: process.env["GWE_SERVER"],
            resolvePath: (path) => resolve(path),
            logAt: (level) =>
              createLineLogger("gdc", {
                level: () => level,
                now: () => systemClock.now(),
                write: (line) => process.stderr.write(line),
              }),
            lines: () => createInterface({ input: process.stdin }),
            print: (line) => process.stdout.write(`${line}\n`),
            mainFile,
          },
          args,
          signal,
        );
      } finally {
        for (const { close } of opened) close();
      }
    },
  };
}

/** Loads the check of certificates, and node:crypto with it, only when there is something to check. */
async function readTls(files: TlsFiles): Promise<TlsCredentials> {
  if (files.cert === undefined && files.key === undefined && files.ca === undefined) return {};
  const { loadTlsCredentials } = await import("@gateway-engine/platform/tls-credentials");
  return loadTlsCredentials(files, { cert: "--cert", key: "--pkey", ca: "--cacert" });
}
