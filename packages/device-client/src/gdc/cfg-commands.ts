/** The commands of `gdc cfg`: reading and changing the device's file. */
import { ConfigError, UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { maskSecret } from "@gateway-engine/core/identifiers";
import { type IniDocument, parseIni, setIniValue } from "@gateway-engine/core/ini";
import { readIdentityText } from "../identity-file.ts";
import { type CommandTable, EXIT_OK } from "./command-table.ts";
import { readDeviceFile } from "./device-file.ts";

export interface CfgContext {
  readonly files: Files;
  readonly path: string;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
}

export const CFG_COMMANDS: CommandTable<CfgContext> = {
  show: { usage: "show", minArgs: 0, maxArgs: 0, run: show },
  get: { usage: "get [<section> [<option>]]", minArgs: 0, maxArgs: 2, run: get },
  set: { usage: "set <section> <option> <value>", minArgs: 3, maxArgs: 3, run: set },
};

const SECTION = "device";
const SECRETS = /^([ \t]*(?:cik|murano_token)[ \t]*[=:][ \t]*)(.+?)[ \t\r]*$/gim;

async function show({ files, path, print }: CfgContext): Promise<number> {
  const text = await readIdentityText(files, path);
  print(text.replace(SECRETS, (_line, key: string, secret: string) => `${key}${maskSecret(secret)}`).trimEnd());
  return EXIT_OK;
}

/** The file's sections, the options of one of them, or one value, one a line. */
async function get({ files, path, print }: CfgContext, [section, option]: readonly string[]): Promise<number> {
  const document = parse(path, await readIdentityText(files, path));
  const found = section === undefined ? undefined : document.get(section);
  if (section === undefined) {
    for (const name of document.keys()) print(name);
  } else if (found === undefined) {
    throw missing(path, `section [${section}]`, document.keys());
  } else if (option === undefined) {
    for (const name of found.entries.keys()) print(name);
  } else {
    const entry = found.entries.get(option.toLowerCase());
    if (entry === undefined) throw missing(path, `option ${option} in [${section}]`, found.entries.keys());
    print(entry.value);
  }
  return EXIT_OK;
}

/** Changes or adds one value, unless the file could then not be used; makes the file when there is none. */
async function set({ files, path }: CfgContext, [section = "", option = "", value = ""]: readonly string[]) {
  const text = (await files.readText(path)) ?? "";
  const headed = /^\[/m.test(text) || text.trim() === "" ? text : `[${SECTION}]\n${text}`;
  const changed = setIniValue(headed, section, option, value);
  await readDeviceFile({ readText: async () => changed }, path);
  await files.writeAtomic(path, changed, 0o600);
  return EXIT_OK;
}

function parse(file: string, text: string): IniDocument {
  const document = parseIni(text, { headerlessSection: SECTION, bareKeyValue: "true" });
  if (document.ok) return document.value;
  throw new ConfigError("E_CONFIG_SYNTAX", { file, ...document.problem });
}

function missing(file: string, what: string, there: Iterable<string>): UsageError {
  return new UsageError("E_USAGE", { problem: `${file} has no ${what}; there is: ${[...there].join(", ")}` });
}
