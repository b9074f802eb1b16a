/** Where gdc's parts are picked. */
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { proxyRulesFrom } from "@gateway-engine/core/proxy";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
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
            readTls: (files) => readTlsFiles(files, TLS_OPTIONS),
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

/** As they are called on the command line. */
const TLS_OPTIONS = { cert: "--cert", key: "--pkey", ca: "--cacert" };
