/** The mounted file systems, as the kernel lists them. @see proc_pid_mountinfo(5) */
export interface Mount {
  /** Absolute path at which it is seen. */
  readonly at: string;
  readonly fileSystem: string;
  readonly isWritable: boolean;
}

/** In the order in which they were mounted; of several at one path only the last, which hides the others. */
export function parseMountInfo(text: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    const [fields = "", rest] = line.split(" - ");
    const [, , , , at, options] = fields.split(" ");
    if (rest === undefined || at === undefined || options === undefined) continue;
    const [fileSystem = "", , superOptions = ""] = rest.split(" ");
    const isWritable = !isReadOnly(options) && !isReadOnly(superOptions);
    const path = unescapeOctal(at);
    mounts.delete(path);
    mounts.set(path, { at: path, fileSystem, isWritable });
  }
  return [...mounts.values()];
}

/** The mount that a path is on. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ at }) => isWithin(path, at))
    .sort((one, other) => one.at.length - other.at.length)
    .at(-1);
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The folders of a list that lie in no other of it, each once. */
export function outermost(folders: readonly string[]): readonly string[] {
  const unique = [...new Set(folders)].sort();
  return unique.filter((folder) => !unique.some((other) => other !== folder && isWithin(folder, other)));
}

function isReadOnly(options: string): boolean {
  return options.split(",").includes("ro");
}

function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
