/** The operating system's name of a failure, such as ENOENT, if `error` has one. */
export function errnoCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What the operating system says of a failure, in words where we know better ones. */
export function errnoReason(error: unknown): string {
  const code = errnoCode(error);
  const words = code === undefined ? undefined : REASONS[code];
  if (words !== undefined) return words;
  return error instanceof Error ? error.message : String(error);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EIO: "the disk reports an error",
  EMFILE: "too many open files",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was closed by the other side",
  EPIPE: "the connection was closed by the other side",
  EPROTO: "TLS failed; perhaps the server speaks http:// there",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "the network is unreachable",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  ETIMEDOUT: "no answer",
  EADDRINUSE: "the address is in use",
};
