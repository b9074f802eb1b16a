/** Starting one child: what it is given, and how it fails in supervisord's words. */
import type { ChildExit, ChildPipes, Children, SpawnProblem, SpawnRequest } from "@gateway-engine/core/children";
import type { ListeningSocket } from "@gateway-engine/core/listening-sockets";
import type { ResourceLimit } from "@gateway-engine/core/resource-limits";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { ProcessConfig } from "../config/model.ts";
import type { ProcessLimits } from "../limits/process-limits.ts";
import { childEnvironment, type DaemonSurroundings } from "./child-environment.ts";
import { type CommandProblem, type ExecutableCommand, type FileVerdict, findCommand } from "./command.ts";

export interface LauncherDeps {
  readonly children: Children;
  readonly daemon: DaemonSurroundings;
  /** The limit that a child has to be started with; undefined: it inherits the right one. */
  readonly openFiles: () => ResourceLimit | undefined;
  readonly examineFile: (path: string) => FileVerdict;
  readonly limits: ProcessLimits;
}

export interface Launch {
  readonly config: ProcessConfig;
  readonly spawnId: string;
  readonly pipes: ChildPipes;
  readonly listenOn: ListeningSocket | undefined;
  readonly onExit: (exit: ChildExit) => void;
}

export class Launcher {
  readonly #deps: LauncherDeps;

  constructor(deps: LauncherDeps) {
    this.#deps = deps;
  }

  /** Whether there is something to execute, by today's files. */
  find({ command, environment }: ProcessConfig): Result<ExecutableCommand, CommandProblem> {
    const searchPath = environment["PATH"] ?? this.#deps.daemon.environment["PATH"] ?? DEFAULT_PATH;
    return findCommand(command, searchPath, this.#deps.examineFile);
  }

  /** @returns the pid, or why there is no child */
  async launch({ config, spawnId, pipes, listenOn, onExit }: Launch): Promise<Result<number, string>> {
    const found = this.find(config);
    if (!found.ok) return fail(found.problem.message);
    const { file, argv } = found.value;
    const confined = this.#deps.limits.confine(config);
    if (!confined.ok) return confined;
    const { prelude, ended } = confined.value;
    const request: SpawnRequest = {
      file,
      argv0: argv[0] ?? file,
      args: argv.slice(1),
      env: childEnvironment(config, this.#deps.daemon, spawnId),
      cwd: config.directory,
      umask: config.umask,
      user: config.user,
      openFiles: this.#deps.openFiles(),
      pipes,
      prelude,
      listenOn,
    };
    const spawned = await this.#deps.children.spawn(request, (exit) => onExit(ended(exit)));
    if (spawned.ok) return spawned;
    const complaint = childComplaint(spawned.problem, request);
    if (complaint === undefined) return fail(describeShortage(spawned.problem, config.name));
    return this.#launchComplaint(complaint, request, onExit);
  }

  /**
   * What the original's child finds out after the fork, it writes to its standard error before it exits with 127.
   * Here a shell says the same in its place, so that logs, states and retries are the same too.
   */
  async #launchComplaint(
    complaint: string,
    { env, pipes }: SpawnRequest,
    onExit: (exit: ChildExit) => void,
  ): Promise<Result<number, string>> {
    const text = `supervisor: ${complaint}\nsupervisor: child process was not spawned\n`;
    const args = ["-c", 'printf %s "$1" >&2; exit 127', "supervisor", text];
    const shell = { file: SHELL, argv0: SHELL, args, env, cwd: undefined, umask: undefined, user: undefined, pipes };
    const spawned = await this.#deps.children.spawn(shell, onExit);
    return spawned.ok ? ok(spawned.value) : fail(complaint);
  }
}

/** undefined: the parent itself could not go on. */
function childComplaint(problem: SpawnProblem, { file, cwd, user }: SpawnRequest): string | undefined {
  switch (problem.kind) {
    case "no-privilege":
      return `couldn't setuid to ${user?.uid}: ${problem.reason}`;
    case "no-folder":
      return `couldn't chdir to ${cwd}: ${problem.code}`;
    case "no-exec":
      return `couldn't exec ${file}: ${problem.code}`;
    case "no-resources":
    case "no-pipe":
      return undefined;
  }
}

function describeShortage(problem: SpawnProblem, name: string): string {
  if (problem.kind === "no-pipe") return `unknown error making pipes for '${name}': ${problem.reason}`;
  if (problem.kind === "no-resources" && problem.code === "EMFILE") return `too many open files to spawn '${name}'`;
  return `Too many processes in process table to spawn '${name}'`;
}

const SHELL = "/bin/sh";
const DEFAULT_PATH = "/bin:/usr/bin:/usr/local/bin";
