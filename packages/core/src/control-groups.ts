/**
 * The kernel's control groups (cgroup v2): folders whose files set limits for the processes in them.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export interface ControlGroups {
  /** The folder of the control group that we are in; undefined where there is no v2 hierarchy. */
  own(): string | undefined;
  /** @returns undefined when there is no such file */
  read(path: string): string | undefined;
  /** @returns why it could not be written */
  write(path: string, text: string): string | undefined;
  /** That it is there is no error. @returns why it could not be made */
  make(folder: string): string | undefined;
  /** Only one without processes and without groups in it goes away. */
  remove(folder: string): void;
  /** Names of the groups in a group. */
  list(folder: string): readonly string[];
}
