/** The commands of `gwe`. A first argument that stands in this table selects one; each file is loaded when it is used. */
import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "status",
    summary: "how the gateway is, on one screen",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "doctor",
    summary: "look for what is wrong, and say what to do about it",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "logs",
    summary: "what an application, gwe, gmq or supervisord has written",
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "apps",
    summary: "which applications are installed, and how they are",
    load: async () => (await import("./commands/apps.ts")).apps,
  },
  {
    name: "history",
    summary: "what was ordered, and what came of it",
    load: async () => (await import("./commands/history.ts")).history,
  },
  {
    name: "alerts",
    summary: "what is wrong on the gateway, and what was told of it",
    load: async () => (await import("./commands/alerts.ts")).alerts,
  },
  {
    name: "why",
    summary: "why an application is at the version that it is at",
    load: async () => (await import("./commands/why.ts")).why,
  },
  {
    name: "data",
    summary: "what was sent and received, and by whom",
    load: async () => (await import("./commands/data.ts")).data,
  },
  {
    name: "install",
    summary: "install package files",
    load: async () => (await import("./commands/install.ts")).install,
  },
  {
    name: "rollback",
    summary: "go back to the version before",
    load: async () => (await import("./commands/rollback.ts")).rollback,
  },
  {
    name: "uninstall",
    summary: "take an application off the gateway",
    load: async () => (await import("./commands/uninstall.ts")).uninstall,
  },
  {
    name: "restart",
    summary: "stop and start the programs of an application",
    load: async () => (await import("./commands/restart.ts")).restart,
  },
  {
    name: "stop",
    summary: "stop the programs of an application",
    load: async () => (await import("./commands/stop.ts")).stop,
  },
  {
    name: "start",
    summary: "start the programs of an application",
    load: async () => (await import("./commands/start.ts")).start,
  },
  {
    name: "keys",
    summary: "sign packages, and say whose signatures are taken",
    load: async () => (await import("./commands/keys.ts")).keys,
  },
];
