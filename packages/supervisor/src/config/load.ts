/** From the files of a configuration to its model: what happens at the start, and again at every `reread`. */
import { basename, dirname } from "node:path";
import { describeError } from "@gateway-engine/core/errors";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import { expandPattern } from "./glob.ts";
import type { SupervisordConfig } from "./model.ts";
import { parseSupervisordConfig } from "./parse.ts";
import type { ConfigProblem } from "./problem.ts";
import type { ConfigMachine, IncludedFile } from "./source.ts";

export interface MainFile {
  /** Absolute path. */
  readonly path: string;
  /** Stands in for the content of a file that does not exist: the built-in configuration. */
  readonly text?: string;
}

export interface LoadConfigDeps {
  readonly files: SyncFiles;
  readonly machine: ConfigMachine;
}

export function loadConfig(main: MainFile, deps: LoadConfigDeps): Result<SupervisordConfig, ConfigProblem> {
  const text = main.text === undefined ? readFile(main.path, deps.files) : ok(main.text);
  if (!text.ok) return fail(aboutFile(main.path, text.problem));
  return parseSupervisordConfig({
    path: main.path,
    text: text.value,
    include: (pattern) => readIncluded(pattern, deps.files),
    machine: deps.machine,
  });
}

function readIncluded(pattern: string, files: SyncFiles): Result<readonly IncludedFile[], string> {
  const included: IncludedFile[] = [];
  const exists = (path: string) => files.list(dirname(path)).includes(basename(path));
  for (const path of expandPattern(pattern, { list: (folder) => files.list(folder), exists })) {
    const text = readFile(path, files);
    if (!text.ok) return text;
    included.push({ path, text: text.value });
  }
  return ok(included);
}

function readFile(path: string, files: SyncFiles): Result<string, string> {
  try {
    const text = files.readText(path);
    return text === undefined ? fail(`could not find config file ${path}`) : ok(text);
  } catch (error) {
    return fail(`could not read config file ${path}: ${describeError(error)}`);
  }
}

function aboutFile(file: string, message: string): ConfigProblem {
  return { message, file, line: undefined, section: undefined, option: undefined };
}
