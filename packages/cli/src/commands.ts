/** The commands of `gwe`. A first argument that stands in this table selects one; each file is loaded when it is used. */
import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "apps",
    summary: "which applications are installed, and how they are",
    load: async () => (await import("./commands/apps.ts")).apps,
  },
  {
    name: "keys",
    summary: "sign packages, and say whose signatures are taken",
    load: async () => (await import("./commands/keys.ts")).keys,
  },
];
