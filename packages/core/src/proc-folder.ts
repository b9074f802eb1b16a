/** What the kernel tells of the processes of this machine, as a service may ask for it. Read at once: nothing waits for a disk. */
export interface ProcFolder {
  /** Ids of the processes that live now. */
  pids(): readonly number[];
  /**
   * @param path below `/proc`, for example `uptime` or `4711/stat`
   * @returns undefined when there is no such file, its process has ended, or we may not look at it
   */
  read(path: string): string | undefined;
}
