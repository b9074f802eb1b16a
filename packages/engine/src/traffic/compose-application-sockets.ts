import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { SocketSampler } from "@gateway-engine/telemetry/sockets/socket-sampler";
import { supervisorOf, type Workshop } from "../workshop.ts";
import { watchApplicationSockets } from "./application-sockets.ts";

/** Their requests are counted exactly. */
const OWN_PROGRAMS: ReadonlySet<string> = new Set(["gwe", "gmq"]);

/** @param server the address of the world, as far as the engine knows */
export function applicationSocketsOf(
  workshop: Workshop,
  server: () => string,
): (signal: AbortSignal) => Promise<never> {
  const supervisor = supervisorOf(workshop);
  const { traffic, environment, log } = workshop;
  const sampler = new SocketSampler(
    {
      commands: nodeCommandRunner,
      files: nodeFiles,
      root: "/",
      programs: async (signal) =>
        (await supervisor.getAllProcessInfo(signal))
          .filter(({ pid, group }) => pid > 0 && !OWN_PROGRAMS.has(group))
          .map(({ pid, group }) => ({ pid, application: group })),
      interface: () => traffic.towards(server()),
      book: traffic,
    },
    { PATH: environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin" },
  );
  return (signal) => watchApplicationSockets({ sampler, clock: systemClock, log: log.named("traffic") }, signal);
}
