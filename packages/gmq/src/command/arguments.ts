import { fail, ok, type Result } from "@gateway-engine/core/result";
import { isToolName, parseToolArguments, type ToolCommand } from "./tool-arguments.ts";

export const USAGE = `Usage:
  gmq
  gmq [-v|--version]
  gmq [-g|--cfg-path]
  gmq [-l|--log-cfg-path]
  gmq (cfg|log) set <section> <option> <value>
  gmq (cfg|log) [ get <section> <option> ]
  gmq reread
  gmq status [--json]
  gmq peek [--set-aside] [--device <device>] [--limit <n>] [--json]
  gmq export [--set-aside] [--device <device>] [--json] [<file>]
  gmq import [--json] [<file>]
  gmq replay [--json] (--all | <id>...)
  gmq drain [--wait] [--timeout <seconds>] [--json]
  gmq fsck [--check] [--json]

Without arguments, gmq runs the queue: it takes the data of local programs
over HTTP and MQTT, keeps it on disk, and forwards it to the server.

  -v --version       Print the version.
  -g --cfg-path      Print the path of gmq.cfg.
  -l --log-cfg-path  Print the path of logging.cfg.
  cfg, log           Print gmq.cfg or logging.cfg; with get, its sections, the
                     options of a section, or a value; with set, change a value.
  reread             Make the running queue read both files again.
  status             Say how much is in the queue.
  peek               Show the oldest messages of each device, 10 unless told.
  export             Write messages as lines of JSON, to <file> or to the
                     standard output. They stay in the queue.
  import             Queue the messages of an export, behind those that are there.
  replay             Queue messages again that were set aside.
  drain              Send now what waits; with --wait, until the queue is empty.
  fsck               Look whether the queue's file is sound, and mend it.
  --set-aside        The messages that the server refused, instead of the queue.
  --device <device>  Of one device alone: "<vendor> <model> <serial number>".
  --json             Answer in JSON, for programs.
  -h --help          Print this text.
`;

export type FileName = "cfg" | "log";

export type Command =
  | { readonly kind: "run" }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "path"; readonly file: FileName }
  | { readonly kind: "show"; readonly file: FileName }
  | {
      readonly kind: "get";
      readonly file: FileName;
      readonly section: string | undefined;
      readonly option: string | undefined;
    }
  | {
      readonly kind: "set";
      readonly file: FileName;
      readonly section: string;
      readonly option: string;
      readonly value: string;
    }
  | { readonly kind: "reread" }
  | { readonly kind: "status"; readonly json: boolean }
  | ToolCommand;

/** @returns the command, or what is wrong with the arguments */
export function parseArguments(args: readonly string[]): Result<Command, string> {
  const [first, ...rest] = args;
  if (first === undefined) return ok({ kind: "run" });
  if (first === "cfg" || first === "log") return parseFileCommand(first, rest);
  if (first === "status" && rest.length === 1 && rest[0] === "--json") return ok({ kind: "status", json: true });
  if (isToolName(first)) return parseToolArguments(first, rest);
  const simple = SIMPLE.get(first);
  if (simple === undefined) return fail(`"${first}" is not a command of gmq; see gmq --help`);
  return rest.length === 0 ? ok(simple) : fail(`${first} takes no "${rest[0]}"; see gmq --help`);
}

const SIMPLE: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    "-h": { kind: "help" },
    "--help": { kind: "help" },
    "-v": { kind: "version" },
    "--version": { kind: "version" },
    "-g": { kind: "path", file: "cfg" },
    "--cfg-path": { kind: "path", file: "cfg" },
    "-l": { kind: "path", file: "log" },
    "--log-cfg-path": { kind: "path", file: "log" },
    reread: { kind: "reread" },
    status: { kind: "status", json: false },
  }),
);

function parseFileCommand(file: FileName, [verb, ...words]: readonly string[]): Result<Command, string> {
  const [section, option, value] = words;
  if (verb === undefined) return ok({ kind: "show", file });
  if (verb === "get" && words.length <= 2) return ok({ kind: "get", file, section, option });
  if (verb === "set" && words.length === 3 && section !== undefined && option !== undefined && value !== undefined) {
    return ok({ kind: "set", file, section, option, value });
  }
  return fail(`gmq ${file} takes: get [<section> [<option>]], or set <section> <option> <value>`);
}
