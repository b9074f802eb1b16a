/** Starting a program as somebody else: Node can change the user but drops every other group of the account; `setpriv` keeps them. */
import { existsSync } from "node:fs";
import type { ChildUser } from "@gateway-engine/core/children";

export interface UserCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** undefined: the one we are. */
  readonly user?: ChildUser | undefined;
}

/** What to execute, and with which identity, so that the command runs as its user. */
export function asUser({ file, args, user }: UserCommand): {
  readonly file: string;
  readonly args: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
} {
  if (user === undefined || isCurrentUser(user)) return { file, args, identity: {} };
  const { uid, gid } = user;
  if (!existsSync(SETPRIV)) return { file, args, identity: { uid, gid } };
  const become = [`--reuid=${uid}`, `--regid=${gid}`, "--init-groups"];
  return { file: SETPRIV, args: [...become, "--", file, ...args], identity: {} };
}

export function isCurrentUser({ uid }: ChildUser): boolean {
  return uid === process.getuid?.();
}

/** Whether we have the right to run something as `user`. */
export function mayBecome(user: ChildUser): boolean {
  return process.getuid?.() === 0 || isCurrentUser(user);
}

const SETPRIV = "/usr/bin/setpriv";
