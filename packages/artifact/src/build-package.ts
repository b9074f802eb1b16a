/**
 * Makes an application's package from a buildfile. The same files give the same bytes, wherever and whenever they are packed.
 *
 * @see docs/reference/application-package.md#buildfile
 */

import { basename, join } from "node:path";
import { CancelledError, ConfigError, PackageError, StorageError } from "@gateway-engine/core/errors";
import type { TreeFiles } from "@gateway-engine/core/files";
import type { CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { type Buildfile, parseBuildfile } from "./buildfile.ts";
import { type CheckResult, checkPackage, formatChecks } from "./check-package.ts";
import { type CollectedFile, collectFiles } from "./collect-files.ts";
import { formatPackageName, parsePackageName } from "./package-name.ts";
import { packedBytes } from "./packed-bytes.ts";

export interface BuildDeps {
  readonly files: TreeFiles;
  readonly commands: CommandRunner;
  /** The environment of the build commands. */
  readonly env: Readonly<Record<string, string>>;
}

export interface BuildRequest {
  /** Absolute path of the buildfile. */
  readonly buildfile: string;
  /** Where file names and commands start from, and where the package is put: an absolute path. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface BuiltPackage {
  /** Absolute path of `<folder>/<name>.v<version>.tar.gz`. */
  readonly path: string;
  readonly files: readonly string[];
  readonly checks: readonly CheckResult[];
}

/**
 * Runs the commands before, packs, checks, and runs the commands after. A package that fails a check is not left behind.
 *
 * @throws ConfigError E_BUILDFILE; PackageError E_BUILD_COMMAND or E_PACKAGE_CONTENT; StorageError
 */
export async function buildPackage(deps: BuildDeps, request: BuildRequest): Promise<BuiltPackage> {
  return build(deps, request, await readBuildfile(deps.files, request.buildfile));
}

export interface BuildFolderRequest {
  readonly name: string;
  readonly version: string;
  /** What is packed, and where the package is put: an absolute path. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Packs a folder without a buildfile: everything in it but dot files and the packages that lie there. Checks as `buildPackage`.
 *
 * @throws PackageError E_PACKAGE_NAME or E_PACKAGE_CONTENT; StorageError
 */
export async function buildFolder(deps: BuildDeps, request: BuildFolderRequest): Promise<BuiltPackage> {
  const { name, version, folder, signal } = request;
  const fileName = formatPackageName(name, version);
  const parsed = parsePackageName(fileName);
  if (!parsed.ok) throw new PackageError("E_PACKAGE_NAME", { name: fileName, problem: parsed.problem.problem });
  const everything = { includes: ["*"], excludes: [".*", "*.v*.tar.gz"], preBuildCommands: [], postBuildCommands: [] };
  return build(deps, { buildfile: folder, folder, signal }, { name, version, ...everything });
}

async function build(deps: BuildDeps, request: BuildRequest, buildfile: Buildfile): Promise<BuiltPackage> {
  const path = join(request.folder, formatPackageName(buildfile.name, buildfile.version));
  for (const command of buildfile.preBuildCommands) await runCommand(deps, request, "pre-build", command);
  const selected = await selectFiles(deps.files, request, buildfile);
  const checks = await packAndCheck(deps.files, request, path, selected);
  for (const command of buildfile.postBuildCommands) await runCommand(deps, request, "post-build", command);
  return { path, files: selected.map((file) => file.path), checks };
}

async function readBuildfile(files: TreeFiles, file: string): Promise<Buildfile> {
  const text = await files.readText(file);
  if (text === undefined) throw new StorageError("E_FILE_READ", { file, reason: "no such file or folder" });
  const buildfile = parseBuildfile(text);
  if (!buildfile.ok) throw new ConfigError("E_BUILDFILE", { file, problem: buildfile.problem });
  return buildfile.value;
}

/** Packages of this application that were built here before do not go into the next one. */
async function selectFiles(
  files: TreeFiles,
  { buildfile: file, folder }: BuildRequest,
  { name, includes, excludes }: Buildfile,
): Promise<readonly CollectedFile[]> {
  const selected = await collectFiles(files, { folder, includes, excludes: [...excludes, `${name}.v*.tar.gz*`] });
  if (!selected.ok) {
    const problem = `"includes" holds "${selected.problem}", but ${folder} has no such file that is not excluded`;
    throw new ConfigError("E_BUILDFILE", { file, problem });
  }
  const special = selected.value.find(({ stat }) => stat.kind === "other");
  if (special !== undefined) {
    throw new ConfigError("E_BUILDFILE", { file, problem: `"${special.path}" is no file, folder or link` });
  }
  return selected.value;
}

async function packAndCheck(
  files: TreeFiles,
  { folder, signal }: BuildRequest,
  path: string,
  selected: readonly CollectedFile[],
): Promise<readonly CheckResult[]> {
  const partial = `${path}.partial`;
  await files.remove(partial);
  try {
    await files.writeNew(partial, packedBytes(files, folder, selected), 0o644);
    const check = await checkPackage({ fileName: basename(path), source: files.stream(partial), signal });
    if (!check.ok) {
      const failures = formatChecks(check.results.filter(({ verdict }) => verdict === "FAIL"));
      throw new PackageError("E_PACKAGE_CONTENT", { name: basename(path), problem: failures.join("; ") });
    }
    await files.rename(partial, path);
    await files.syncFolder(folder);
    return check.results;
  } catch (error) {
    await files.remove(partial);
    throw error;
  }
}

async function runCommand(
  { commands, env }: BuildDeps,
  { folder, signal }: BuildRequest,
  phase: string,
  command: string,
): Promise<void> {
  const result = await commands.run({
    file: "/bin/sh",
    args: ["-c", command],
    cwd: folder,
    env,
    timeoutMs: LONGEST_COMMAND_MS,
    graceMs: 2000,
    signal,
    interactive: true,
    outputToStderr: true,
  });
  if (signal.aborted) throw new CancelledError("E_CANCELLED", { what: "the build" });
  if (result.kind === "exited" && result.status === 0) return;
  throw new PackageError("E_BUILD_COMMAND", { phase, command, status: exitStatus(result) });
}

/** A person may be asked something, so there is no real limit. */
const LONGEST_COMMAND_MS = 24 * 60 * 60 * 1000;

function exitStatus(result: CommandResult): string {
  switch (result.kind) {
    case "exited":
      return String(result.status);
    case "signalled":
      return result.signal;
    case "timed-out":
      return "none, it ran for a day";
    case "not-started":
      return `none, it did not start (${result.reason})`;
  }
}
