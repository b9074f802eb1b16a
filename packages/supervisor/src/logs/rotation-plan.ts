/**
 * How a log is put aside: `x.log` becomes `x.log.1`, `x.log.1` becomes `x.log.2`, and so on, up to the oldest.
 *
 * Each step goes to a name that the one before has left, so a daemon that is killed between two of them loses nothing.
 */
export interface LogSeries {
  readonly path: string;
  /** Old files to keep; 0: none. */
  readonly backups: number;
  /** Whether some of them may be compressed. */
  readonly compressed: boolean;
}

export type RotationStep =
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string };

/** A step about a file that does not exist does nothing. */
export function planRotation({ path, backups, compressed }: LogSeries): readonly RotationStep[] {
  if (backups === 0) return [];
  const forms = compressed ? [plainName, compressedName] : [plainName];
  const steps: RotationStep[] = forms.map((form) => ({ kind: "remove", path: form(`${path}.${backups}`) }));
  for (let number = backups - 1; number > 0; number -= 1) {
    for (const form of forms) {
      steps.push({ kind: "rename", from: form(`${path}.${number}`), to: form(`${path}.${number + 1}`) });
    }
  }
  return [...steps, { kind: "rename", from: path, to: `${path}.1` }];
}

/** The oldest first. */
export function plainBackups({ path, backups }: LogSeries): readonly string[] {
  return Array.from({ length: backups }, (_, index) => `${path}.${backups - index}`);
}

/** What an old log is called when it is compressed. */
export function compressedName(backup: string): string {
  return `${backup}.gz`;
}

function plainName(backup: string): string {
  return backup;
}
