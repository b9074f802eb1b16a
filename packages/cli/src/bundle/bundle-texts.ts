/** What goes into a bundle: everything that somebody at a desk far away asks for first. Masked, and in a fixed order. */
import { basename, join } from "node:path";
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { type LogFiles, partsOf } from "../logs/log-series.ts";
import type { LogSource } from "../logs/log-sources.ts";
import { lastText } from "./last-text.ts";
import { maskSecrets, secretsIn } from "./mask.ts";

export interface BundleText {
  /** Path in the bundle. */
  readonly name: string;
  readonly text: string;
}

/** Something that is asked for; that it cannot be had goes in its place. */
export interface BundleQuestion {
  readonly name: string;
  readonly ask: () => Promise<string>;
}

export interface BundleSources {
  readonly files: LogFiles & Pick<Files, "readText" | "list" | "stat" | "stream">;
  readonly paths: Pick<GatewayPaths, "root" | "configDir" | "supervisorConfDir">;
  readonly questions: readonly BundleQuestion[];
  readonly logs: readonly LogSource[];
  /** Folders in which the installer leaves its log. */
  readonly installFolders: readonly string[];
  /** Known already, such as the CIK. */
  readonly secrets: readonly string[];
}

/** @param logBytes at most so many of each log, its end */
export async function bundleTexts(sources: BundleSources, logBytes: number): Promise<readonly BundleText[]> {
  const { files, questions } = sources;
  const configuration = await Promise.all(
    (await configurationFiles(sources)).map((path) => fileText(files, "configuration", path, CONFIGURATION_BYTES)),
  );
  const secrets = [...sources.secrets, ...configuration.flatMap(({ text }) => secretsIn(text))];
  const texts = [
    ...(await Promise.all(questions.map(answer))),
    ...configuration,
    ...(await Promise.all(
      (await installLogs(sources)).map((path) => fileText(files, "install", path, INSTALL_LOG_BYTES)),
    )),
    ...(await Promise.all(sources.logs.map((log) => logText(files, log, logBytes)))),
  ];
  return unique(texts).map(({ name, text }) => ({ name, text: maskSecrets(text, secrets) }));
}

const CONFIGURATION_BYTES = 65_536;
const INSTALL_LOG_BYTES = 262_144;

async function answer({ name, ask }: BundleQuestion): Promise<BundleText> {
  try {
    return { name, text: await ask() };
  } catch (error) {
    return { name, text: `${describeError(error)}\n` };
  }
}

async function configurationFiles({ files, paths }: BundleSources): Promise<readonly string[]> {
  const { root, configDir, supervisorConfDir } = paths;
  const found = [
    ...(await filesIn(files, configDir, /\.(cfg|config|conf|env)$/)),
    ...(await filesIn(files, join(configDir, "trust"), /\.json$/)),
    ...(await filesIn(files, supervisorConfDir, /\.conf$/)),
    ...(await filesIn(files, join(root, "etc/supervisor"), /^supervisord\.conf$/)),
  ];
  return found;
}

async function installLogs({ files, installFolders }: BundleSources): Promise<readonly string[]> {
  const found = await Promise.all(installFolders.map((folder) => filesIn(files, folder, /^gwe_install_.*\.log$/)));
  return found.flat();
}

async function filesIn(files: BundleSources["files"], folder: string, name: RegExp): Promise<readonly string[]> {
  const names = (await files.list(folder)).filter((entry) => name.test(entry)).map((entry) => join(folder, entry));
  const stats = await Promise.all(names.map((path) => files.stat(path)));
  return names.filter((_path, index) => stats[index]?.kind === "file");
}

async function fileText(
  files: BundleSources["files"],
  folder: string,
  path: string,
  limit: number,
): Promise<BundleText> {
  return answer({ name: `${folder}/${basename(path)}`, ask: () => lastText(files, path, limit) });
}

async function logText(
  files: BundleSources["files"],
  { app, label, path }: LogSource,
  limit: number,
): Promise<BundleText> {
  const ask = async () => {
    const here = (await files.stat(path))?.size ?? 0;
    const before = (await partsOf(files, path)).findLast((part) => part.path !== path && !part.compressed);
    // A log that was begun anew a moment ago tells little without the one before.
    const older = here >= limit || before === undefined ? "" : await lastText(files, before.path, limit - here);
    return older + (await lastText(files, path, limit));
  };
  return answer({
    name: `logs/${`${app} ${label === app ? "" : label}`.trim().replaceAll(/[^\w.-]+/g, "-")}.log`,
    ask,
  });
}

function unique(texts: readonly BundleText[]): readonly BundleText[] {
  return [...new Map(texts.map((text) => [text.name, text])).values()];
}
