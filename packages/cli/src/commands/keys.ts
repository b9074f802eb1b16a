import type { Command } from "../command.ts";
import { commandGroup } from "../command-group.ts";

export const keys: Command = commandGroup("Signs packages, and says whose signatures a gateway takes.", [
  {
    name: "init",
    summary: "make a pair of keys to sign with",
    load: async () => (await import("./keys/init.ts")).init,
  },
  {
    name: "list",
    summary: "which keys are trusted",
    load: async () => (await import("./keys/list.ts")).list,
  },
  {
    name: "trust",
    summary: "trust a key, or a statement about the trusted keys",
    load: async () => (await import("./keys/trust.ts")).trust,
  },
  {
    name: "revoke",
    summary: "never take a key's signature again",
    load: async () => (await import("./keys/revoke.ts")).revoke,
  },
  {
    name: "rotate",
    summary: "make a statement about the trusted keys that gateways take over the air",
    load: async () => (await import("./keys/rotate.ts")).rotate,
  },
  {
    name: "sign",
    summary: "sign a package, or a statement about the trusted keys",
    load: async () => (await import("./keys/sign.ts")).sign,
  },
  {
    name: "verify",
    summary: "check the signature of a package as a gateway would",
    load: async () => (await import("./keys/verify.ts")).verify,
  },
]);
