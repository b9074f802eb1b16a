/** A `command=` to the file that is executed, or supervisord's words for why there is none. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { pythonRepr } from "../config/python-repr.ts";
import { splitWords } from "../config/shlex.ts";

export interface ExecutableCommand {
  readonly file: string;
  readonly argv: readonly string[];
}

/** The two kinds are the faults NO_FILE and NOT_EXECUTABLE. */
export interface CommandProblem {
  readonly kind: "no-file" | "not-executable";
  readonly message: string;
}

export type FileVerdict = "missing" | "folder" | "not-executable" | "not-permitted" | "executable";

/**
 * @param searchPath the value of PATH, for a command without a slash
 * @param examine what a file is, for our own rights
 */
export function findCommand(
  command: string,
  searchPath: string,
  examine: (path: string) => FileVerdict,
): Result<ExecutableCommand, CommandProblem> {
  const words = splitWords(command);
  if (!words.ok) return notExecutable(`can't parse command ${pythonRepr(command)}: ${words.problem}`);
  const [program] = words.value;
  if (program === undefined) return notExecutable("command is empty");
  const file = program.includes("/") ? program : searchIn(searchPath, program, examine);
  const name = pythonRepr(file ?? program);
  switch (file === undefined ? "missing" : examine(file)) {
    case "missing":
      return fail({ kind: "no-file", message: `can't find command ${name}` });
    case "folder":
      return notExecutable(`command at ${name} is a directory`);
    case "not-executable":
      return notExecutable(`command at ${name} is not executable`);
    case "not-permitted":
      return notExecutable(`no permission to run command ${name}`);
    case "executable":
      return ok({ file: file ?? program, argv: words.value });
  }
}

/** As the original: the first file of that name counts, even when it cannot be executed. */
function searchIn(searchPath: string, program: string, examine: (path: string) => FileVerdict): string | undefined {
  return searchPath
    .split(":")
    .map((folder) => (folder === "" ? program : `${folder}/${program}`))
    .find((candidate) => examine(candidate) !== "missing");
}

function notExecutable(message: string): Result<never, CommandProblem> {
  return fail({ kind: "not-executable", message });
}
