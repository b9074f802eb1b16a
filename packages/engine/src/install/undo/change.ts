import type { ExactStat } from "@gateway-engine/core/exact-files";

/** What tells whether a file is still the one that it was. Of a folder only that it is one: what is in it counts for itself. */
export interface Identity {
  readonly kind: ExactStat["kind"];
  readonly inode: string;
  readonly size: number;
  /** Nanoseconds since 1970, as text, since JSON has no such numbers. */
  readonly modified: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What is below a new folder, with paths relative to it. */
export interface TreeEntry {
  readonly path: string;
  readonly is: Identity;
}

/**
 * One thing that a script did to the files. Paths are absolute, of `ExactFiles`.
 *
 * put: a file or a whole folder comes, in the place of `was`. remove: a file or a whole folder goes. attributes: a folder
 * that stays has another mode or owner.
 */
export type Change =
  | {
      readonly kind: "put";
      readonly layer: number;
      readonly path: string;
      readonly is: Identity;
      readonly was: Identity | null;
      readonly below: readonly TreeEntry[];
    }
  | { readonly kind: "remove"; readonly layer: number; readonly path: string; readonly was: Identity }
  | {
      readonly kind: "attributes";
      readonly layer: number;
      readonly path: string;
      readonly is: Attributes;
      readonly was: Attributes;
    };

export function identityOf({ kind, inode, size, modified, mode, uid, gid }: ExactStat): Identity {
  return { kind, inode, size, modified: String(modified), mode, uid, gid };
}

export function isSame(found: ExactStat, { kind, ...known }: Identity): boolean {
  if (found.kind !== kind) return false;
  if (kind === "folder") return true;
  const now = identityOf(found);
  return (
    now.inode === known.inode && now.size === known.size && now.modified === known.modified && hasAttributes(now, known)
  );
}

export function hasAttributes(found: Attributes, { mode, uid, gid }: Attributes): boolean {
  return found.mode === mode && found.uid === uid && found.gid === gid;
}
