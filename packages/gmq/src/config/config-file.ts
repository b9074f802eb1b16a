import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { IniProblem } from "@gateway-engine/core/ini";
import type { Result } from "@gateway-engine/core/result";

export interface ConfigFile<Config> {
  readonly path: string;
  /** What the file holds when there is none. */
  readonly fresh: string;
  readonly parse: (text: string) => Result<Config, IniProblem>;
}

/** The file's text; a missing file is made. */
export async function readConfigText(files: Files, { path, fresh }: ConfigFile<unknown>): Promise<string> {
  const text = await files.readText(path);
  if (text !== undefined) return text;
  await files.writeAtomic(path, fresh, 0o644);
  return fresh;
}

/** @throws ConfigError E_CONFIG_SYNTAX that names file and line */
export async function loadConfig<Config>(files: Files, file: ConfigFile<Config>): Promise<Config> {
  return parseConfigText(file, await readConfigText(files, file));
}

/** @throws ConfigError E_CONFIG_SYNTAX that names file and line */
export function parseConfigText<Config>({ path, parse }: ConfigFile<Config>, text: string): Config {
  const parsed = parse(text);
  if (parsed.ok) return parsed.value;
  throw new ConfigError("E_CONFIG_SYNTAX", { file: path, line: parsed.problem.line, problem: parsed.problem.problem });
}
