/** Picks the machine's files, clock and programs for the checks. */
import { openNeighbours, openServer, serverOverride } from "@gateway-engine/engine/neighbours";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import type { CommandContext } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import type { Finding } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { CHECK_LIMIT_MS, examine } from "./examine.ts";

export async function examineGateway(
  { paths, environment }: Pick<CommandContext, "paths" | "environment">,
  signal: AbortSignal,
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const configuration = await readConfiguration(nodeFiles, paths);
  const { gateway, config } = configuration;
  const override = serverOverride(environment);
  const known = override !== undefined || config.server !== "" || gateway.vendor !== "";
  const server = known ? serverAddress(override, config.server, gateway.vendor) : "";
  const neighbours = openNeighbours(environment);
  try {
    const context = {
      paths,
      environment,
      files: nodeFiles,
      commands: nodeCommandRunner,
      now: systemClock.now,
      configuration,
      server,
      neighbours,
      openServer: () => openServer({ server, config, cik: gateway.cik, environment }),
    };
    return await examine({ checks: CHECKS, context, limitMs: CHECK_LIMIT_MS, signal, onFinding });
  } finally {
    neighbours.close();
  }
}
