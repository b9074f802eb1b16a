/** What `gwe doctor` looks at, in the order in which one builds on the other. */
import type { CheckEntry } from "./check.ts";

export const CHECKS: readonly CheckEntry[] = [
  { name: "configuration", load: async () => (await import("./configuration.ts")).checkConfiguration },
  { name: "permissions", load: async () => (await import("./permissions.ts")).checkPermissions },
  { name: "disk", load: async () => (await import("./disk.ts")).checkDisk },
  { name: "runtime", load: async () => (await import("./runtime.ts")).checkRuntime },
  { name: "clock", load: async () => (await import("./clock.ts")).checkClock },
  { name: "dns", load: async () => (await import("./dns.ts")).checkDns },
  { name: "reachability", load: async () => (await import("./reachability.ts")).checkReachability },
  { name: "tls", load: async () => (await import("./tls.ts")).checkTls },
  { name: "server", load: async () => (await import("./server.ts")).checkServer },
  { name: "supervisor", load: async () => (await import("./supervisor.ts")).checkSupervisor },
  { name: "engine", load: async () => (await import("./engine.ts")).checkEngine },
  { name: "queue", load: async () => (await import("./queue.ts")).checkQueue },
  { name: "trust", load: async () => (await import("./trust.ts")).checkTrust },
];
