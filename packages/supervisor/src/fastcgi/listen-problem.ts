/** Why a socket could not be opened, in the words in which the original shows Python's errors. */
import type { ListenProblem } from "@gateway-engine/core/listening-sockets";

export function describeListenProblem({ step, code }: ListenProblem): string {
  const reason = REASONS[code] ?? code;
  return `${STEPS[step]}${reason}`;
}

const STEPS: Readonly<Record<ListenProblem["step"], string>> = {
  resolve: "",
  listen: "",
  chown: "Could not change ownership of socket file: ",
  chmod: "Could not change permissions of socket file: ",
};

const REASONS: Readonly<Record<string, string>> = {
  EPERM: "[Errno 1] Operation not permitted",
  ENOENT: "[Errno 2] No such file or directory",
  EACCES: "[Errno 13] Permission denied",
  ENOTDIR: "[Errno 20] Not a directory",
  EROFS: "[Errno 30] Read-only file system",
  EADDRINUSE: "[Errno 98] Address already in use",
  EADDRNOTAVAIL: "[Errno 99] Cannot assign requested address",
  ENOTFOUND: "[Errno -2] Name or service not known",
  EAI_AGAIN: "[Errno -3] Temporary failure in name resolution",
};
