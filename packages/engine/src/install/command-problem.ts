import type { CommandResult } from "@gateway-engine/core/processes";

/** What went wrong with a command, to stand behind its name; undefined: it ended with exit status 0. */
export function commandProblem(result: CommandResult, timeoutMs: number): string | undefined {
  switch (result.kind) {
    case "exited":
      return result.status === 0 ? undefined : `ended with exit status ${result.status}`;
    case "signalled":
      return `was ended by ${result.signal}`;
    case "timed-out":
      return `did not end within ${timeoutMs / 1000} s and was stopped`;
    case "not-started":
      return `could not be started: ${result.reason}`;
  }
}
