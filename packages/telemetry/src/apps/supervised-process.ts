/** What the supervisor says of one process, of the struct that `supervisor.getProcessInfo` answers. */
export interface SupervisedProcess {
  readonly name: string;
  readonly group: string;
  /** `RUNNING`, `EXITED`, ... */
  readonly statename: string;
  readonly exitstatus: number;
  /** When it was started, in seconds since 1970. */
  readonly start: number;
  /** The supervisor's clock, in seconds since 1970. */
  readonly now: number;
  /** 0 when it does not run. */
  readonly pid: number;
}

/** A program of one process is called by its name, one of several as supervisorctl calls it: `group:name`. */
export function processName({ name, group }: Pick<SupervisedProcess, "name" | "group">): string {
  return name === group ? name : `${group}:${name}`;
}
