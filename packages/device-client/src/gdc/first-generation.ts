/** The command line of the first generation, which had no file: `gdc write <CIK> <alias> <value>`. */
import { UsageError } from "@gateway-engine/core/errors";

export interface FirstGenerationCommand {
  readonly token: string;
  readonly vendor: string;
  readonly model: string;
  readonly uuid: string;
  /** The same command as one of `gdc http`. */
  readonly words: readonly string[];
}

/** The server of commands that name only a CIK. */
export const ONE_PLATFORM = "https://m2.exosite.com";

/** What each command's arguments are. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  activate: ["vendor", "model", "serial"],
  write: ["CIK", "alias", "value"],
  read: ["CIK", "alias"],
  record: ["CIK", "alias", "timestamp", "value"],
};

/** @throws UsageError that says what there is */
export function readFirstGeneration(words: readonly string[]): FirstGenerationCommand {
  const [name = "", ...args] = words;
  const wanted = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (wanted === undefined) {
    const there = ["cfg", "http", "mqtt", ...Object.keys(COMMANDS)].join(", ");
    throw new UsageError("E_USAGE", { problem: `there is no command "gdc ${name}"; there are: ${there}` });
  }
  if (args.length < wanted.length || (args.length > wanted.length && name !== "read")) {
    throw new UsageError("E_USAGE", { problem: `expected: gdc ${name} ${wanted.map((arg) => `<${arg}>`).join(" ")}` });
  }
  if (name === "activate") {
    const [vendor = "", model = "", uuid = ""] = args;
    return { token: "", vendor, model, uuid, words: [name] };
  }
  const [token = "", ...rest] = args;
  return { token, vendor: "", model: "", uuid: "", words: [name, ...rest] };
}
