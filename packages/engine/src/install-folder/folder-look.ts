/** What lies in a watched folder, from one look to the next: which files are whole, and which have been dealt with. */

/** A package file as a look finds it. */
export interface FoundFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: number;
}

export interface KnownFile extends FoundFile {
  /** `arriving`: it may still be written. */
  readonly phase: "arriving" | "dealt-with";
}

/** By name. */
export type KnownFiles = ReadonlyMap<string, KnownFile>;

export interface Look {
  readonly known: KnownFiles;
  /** Files that have not changed since the last look, and have not been dealt with; in the order of their names. */
  readonly whole: readonly FoundFile[];
}

/** Forgets what is gone; what has changed is arriving again. */
export function lookAgain(known: KnownFiles, found: readonly FoundFile[]): Look {
  const next = new Map<string, KnownFile>();
  const whole: FoundFile[] = [];
  for (const file of found.toSorted(byName)) {
    const before = known.get(file.name);
    const isSame = before?.size === file.size && before.modifiedAt === file.modifiedAt;
    if (isSame && before.phase === "arriving") whole.push(file);
    next.set(file.name, { ...file, phase: isSame ? "dealt-with" : "arriving" });
  }
  return { known: next, whole };
}

function byName(one: FoundFile, other: FoundFile): number {
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}
