/** What supervisorctl's exit status says, after the Linux Standard Base's rules for init scripts. */
export const EXIT = {
  success: 0,
  generic: 1,
  invalidArguments: 2,
  /** supervisord answers, but its `[rpcinterface:supervisor]` is off. */
  unimplemented: 3,
  /** `status`: something is not running. */
  notAllRunning: 3,
  refused: 4,
  /** `status`: could not find out. */
  unknown: 4,
  /** supervisord speaks another version of the interface. */
  otherVersion: 5,
  notRunning: 7,
} as const;
