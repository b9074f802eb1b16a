/** Sockets that are opened here and accepted on by children: each child has the same one as its standard input. */
import type { Result } from "./result.ts";

export interface ListeningSockets {
  /** Nobody accepts on the socket until a child does: who connects before that waits in its backlog. */
  open(address: ListeningAddress): Promise<Result<ListeningSocket, ListenProblem>>;
}

export type ListeningAddress = TcpListeningAddress | UnixListeningAddress;

export interface TcpListeningAddress {
  readonly kind: "tcp";
  /** An IPv4 address, or a name that has one. */
  readonly host: string;
  readonly port: number;
  /** How many connections may wait to be accepted. */
  readonly backlog: number;
}

/** A socket file that is there already is replaced; anything else at that path is an address in use. */
export interface UnixListeningAddress {
  readonly kind: "unix";
  /** Absolute. */
  readonly path: string;
  readonly mode: number;
  /** -1 leaves the group as it is; undefined leaves both. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly backlog: number;
}

export interface ListeningSocket {
  readonly fd: number;
  /** Children keep it open; who connects after the last of them has ended is refused. */
  close(): void;
}

export interface ListenProblem {
  readonly step: "resolve" | "listen" | "chown" | "chmod";
  /** The operating system's name of the failure, such as EADDRINUSE. */
  readonly code: string;
}
