/** Where a command writes: results on standard output, everything else on standard error. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** How wide the screen is that standard error goes to; undefined when that is a file, or a pipe. */
  readonly columns?: number;
  /** Whether standard output is a screen, which shows colours unless the environment says otherwise. */
  readonly colours?: boolean;
}

/** A configuration file as it is shown: without the blank line that ends it on disk. */
export function shown(text: string): string {
  return `${text.trimEnd()}\n`;
}
