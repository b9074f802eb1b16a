/** As the kernel has it: what counts, and up to where an ordinary process may raise it. Infinity: no limit. */
export interface ResourceLimit {
  readonly soft: number;
  readonly hard: number;
}
