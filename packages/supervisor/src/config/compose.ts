/** What a configuration is read with on this machine. */
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { describeError } from "@gateway-engine/core/errors";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { findAccount, findAccountGroup, homeOfAccount } from "@gateway-engine/platform/accounts";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import type { Environment } from "./model.ts";
import type { ConfigMachine } from "./source.ts";

export function createConfigMachine(environment: Environment, workingDirectory: string): ConfigMachine {
  return {
    environment,
    workingDirectory,
    hostName: hostname(),
    uid: process.getuid?.() ?? 0,
    findUser: findAccount,
    homeOf: homeOfAccount,
    findGroup: findAccountGroup,
    folderExists: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    readText,
  };
}

function readText(path: string): Result<string | undefined, string> {
  try {
    return ok(nodeSyncFiles.readText(path));
  } catch (error) {
    return fail(describeError(error));
  }
}
