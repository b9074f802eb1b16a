/** `gmq cfg` and `gmq log`: reading and changing the two configuration files. */
import { ConfigError, UsageError } from "@gateway-engine/core/errors";
import { type ExclusiveDeps, exclusively } from "@gateway-engine/core/exclusively";
import type { Files } from "@gateway-engine/core/files";
import { parseIni, setIniValue } from "@gateway-engine/core/ini";
import { type ConfigFile, parseConfigText, readConfigText } from "../config/config-file.ts";

/** The file's sections, the options of one of them, or one value, one a line. */
export async function getConfiguration(
  files: Files,
  file: ConfigFile<unknown>,
  section: string | undefined,
  option: string | undefined,
): Promise<string> {
  const document = parseIni(await readConfigText(files, file));
  if (!document.ok) throw new ConfigError("E_CONFIG_SYNTAX", { file: file.path, ...document.problem });
  if (section === undefined) return lines(document.value.keys());
  const found = document.value.get(section);
  if (found === undefined) throw missing(file.path, `section [${section}]`, document.value.keys());
  if (option === undefined) return lines(found.entries.keys());
  const entry = found.entries.get(option.toLowerCase());
  if (entry === undefined) throw missing(file.path, `option ${option} in [${section}]`, found.entries.keys());
  return `${entry.value}\n`;
}

/** Changes one value, unless the file could then not be used. Of two changes at the same time, neither is lost. */
export async function setConfiguration(
  { files, ...deps }: ExclusiveDeps & { readonly files: Files },
  file: ConfigFile<unknown>,
  change: { readonly section: string; readonly option: string; readonly value: string },
): Promise<void> {
  await exclusively(deps, async () => {
    const text = setIniValue(await readConfigText(files, file), change.section, change.option, change.value);
    parseConfigText(file, text);
    await files.writeAtomic(file.path, text, 0o644);
  });
}

function lines(names: Iterable<string>): string {
  return Array.from(names, (name) => `${name}\n`).join("");
}

function missing(file: string, what: string, there: Iterable<string>): UsageError {
  return new UsageError("E_USAGE", { problem: `${file} has no ${what}; there is: ${[...there].join(", ")}` });
}
