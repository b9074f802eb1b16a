import type { Account } from "./accounts.ts";

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Becomes another account for good, with all of its groups. Only root may.
 *
 * @returns why it was not possible
 */
export function becomeUser({ name, uid, gid }: Account): string | undefined {
  if (process.getuid?.() === uid) return undefined;
  if (!isRoot()) return "Can't drop privilege as nonroot user";
  try {
    // Node has it, but its type declarations do not.
    const initgroups: unknown = Reflect.get(process, "initgroups");
    if (typeof initgroups === "function") initgroups.call(process, name, gid);
    process.setgid?.(gid);
    process.setuid?.(uid);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
