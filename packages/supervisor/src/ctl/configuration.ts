/** Which supervisord to talk to: the command line, else `[supervisorctl]` of a configuration file, else the defaults. */
import { dirname, resolve } from "node:path";
import type { Files } from "@gateway-engine/core/files";
import { parseIni } from "@gateway-engine/core/ini";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { text } from "../config/convert.ts";
import type { ConfigOption } from "../config/document.ts";
import { ConfigRejection } from "../config/problem.ts";
import { environmentNames, SectionReader } from "../config/reader.ts";
import type { CtlArguments } from "./arguments.ts";

export interface CtlConfiguration {
  /** `unix:///absolute/path` or `http://host:port`. */
  readonly serverUrl: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly prompt: string;
  readonly historyFile: string | undefined;
}

export interface ConfigurationDeps {
  readonly files: Pick<Files, "readText">;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

/**
 * Without `-c`, a gateway under `GWE_ROOT` has its supervisor's socket there;
 * elsewhere the file is searched where supervisor searches it.
 *
 * @returns the configuration, or what is wrong with the file
 */
export async function findConfiguration(
  given: CtlArguments,
  deps: ConfigurationDeps,
): Promise<Result<CtlConfiguration, string>> {
  const base = await baseConfiguration(given, deps);
  if (!base.ok) return base;
  return ok({
    ...base.value,
    serverUrl: given.serverUrl ?? base.value.serverUrl,
    username: given.username ?? base.value.username,
    password: given.password ?? base.value.password,
    historyFile: given.historyFile ?? base.value.historyFile,
  });
}

const DEFAULTS: CtlConfiguration = {
  serverUrl: "http://localhost:9001",
  username: undefined,
  password: undefined,
  prompt: "supervisor",
  historyFile: undefined,
};

async function baseConfiguration(
  given: CtlArguments,
  deps: ConfigurationDeps,
): Promise<Result<CtlConfiguration, string>> {
  const { files, environment, workingDirectory } = deps;
  if (given.configuration !== undefined) {
    const path = resolve(workingDirectory, given.configuration);
    const content = await files.readText(path);
    return content === undefined
      ? fail(`could not find config file ${given.configuration}`)
      : readConfigurationFile(path, content, deps);
  }
  const root = environment["GWE_ROOT"];
  if (root !== undefined && root !== "") {
    return ok({ ...DEFAULTS, serverUrl: `unix://${gatewayPaths(root).supervisorSocket}` });
  }
  for (const candidate of SEARCH_PATHS) {
    const path = resolve(workingDirectory, candidate);
    const content = await files.readText(path);
    if (content !== undefined) return readConfigurationFile(path, content, deps);
  }
  return ok(DEFAULTS);
}

const SEARCH_PATHS = [
  "supervisord.conf",
  "etc/supervisord.conf",
  "/etc/supervisord.conf",
  "/etc/supervisor/supervisord.conf",
];

/** Reads `[supervisorctl]`; included files do not count here. */
function readConfigurationFile(
  path: string,
  content: string,
  deps: Omit<ConfigurationDeps, "files">,
): Result<CtlConfiguration, string> {
  const document = parseIni(content, { inlineComments: ";#" });
  if (!document.ok) return fail(`${path}, line ${document.problem.line}: ${document.problem.problem}`);
  const section = document.value.get("supervisorctl");
  if (section === undefined) return fail(".ini file does not include supervisorctl section");
  const options = new Map<string, ConfigOption>(
    [...section.entries].map(([key, { value, line }]) => [key, { value, line, file: path }]),
  );
  const names = new Map<string, string | number>([["here", dirname(path)], ...environmentNames(deps.environment)]);
  const reader = new SectionReader({ name: section.name, line: section.line, file: path, options }, names);
  try {
    const historyFile = reader.read("history_file", text, DEFAULTS.historyFile);
    return ok({
      serverUrl: absoluteUrl(reader.read("serverurl", text, DEFAULTS.serverUrl), deps),
      username: reader.read("username", text, DEFAULTS.username),
      password: reader.read("password", text, DEFAULTS.password),
      prompt: reader.read("prompt", text, DEFAULTS.prompt),
      historyFile: historyFile === undefined || historyFile === "" ? undefined : absolutePath(historyFile, deps),
    });
  } catch (error) {
    if (error instanceof ConfigRejection) return fail(error.message);
    throw error;
  }
}

function absoluteUrl(url: string, deps: Omit<ConfigurationDeps, "files">): string {
  return url.startsWith("unix://") ? `unix://${absolutePath(url.slice("unix://".length), deps)}` : url;
}

function absolutePath(path: string, { environment, workingDirectory }: Omit<ConfigurationDeps, "files">): string {
  return resolve(workingDirectory, path.replace(/^~(?=\/|$)/, environment["HOME"] ?? "~"));
}
