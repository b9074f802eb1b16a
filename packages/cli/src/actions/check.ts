import { basename } from "node:path";
import { parseBuildfile } from "@gateway-engine/artifact/buildfile";
import { checkPackage, formatChecks } from "@gateway-engine/artifact/check-package";
import { collectFiles } from "@gateway-engine/artifact/collect-files";
import type { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import { StorageError } from "@gateway-engine/core/errors";
import type { TreeFiles } from "@gateway-engine/core/files";
import { checkSignature } from "../signature-rule.ts";
import type { Terminal } from "../terminal.ts";

export interface CheckDeps {
  readonly files: TreeFiles;
  readonly terminal: Terminal;
}

/** Exit status of a check that found something wrong. */
const CHECK_FAILED = 1;

/**
 * Prints what is wrong with a buildfile, or `[PASS]`.
 *
 * A file that is to be packed and does not exist yet is only worth a warning: the commands before the build may make it.
 *
 * @param folder where `gwe --build-app` would look for the files
 * @returns the exit status
 */
export async function checkBuildfile(file: string, folder: string, { files, terminal }: CheckDeps): Promise<number> {
  const text = await files.readText(file);
  if (text === undefined) throw new StorageError("E_FILE_READ", { file, reason: "no such file or folder" });
  const buildfile = parseBuildfile(text);
  if (!buildfile.ok) {
    terminal.out(`[FAIL] ${buildfile.problem}\n`);
    return CHECK_FAILED;
  }
  const { includes, excludes } = buildfile.value;
  const selected = await collectFiles(files, { folder, includes, excludes });
  if (!selected.ok) {
    terminal.out(
      `[WARN] includes: there is no "${selected.problem}" in ${folder} yet; a pre_build_cmds command has to make it\n`,
    );
  }
  terminal.out("[PASS]\n");
  return 0;
}

export interface CheckTarballDeps extends CheckDeps {
  readonly trust: Pick<TrustFile, "read">;
}

/** Prints the result of each rule for an application tarball, one a line. @returns the exit status */
export async function checkTarball(file: string, signal: AbortSignal, deps: CheckTarballDeps): Promise<number> {
  const { files, terminal, trust } = deps;
  const check = await checkPackage({ fileName: basename(file), source: files.stream(file), signal });
  const signature = await checkSignature(file, trust);
  const results = signature === undefined ? check.results : [...check.results, signature];
  terminal.out(
    formatChecks(results)
      .map((line) => `${line}\n`)
      .join(""),
  );
  return check.ok && signature?.verdict !== "FAIL" ? 0 : CHECK_FAILED;
}
