/** What `compose()` returns: a part of a program that runs until it is stopped. */
export interface Service {
  start(): Promise<void>;
  /** Ends in good order; what is not done after `deadlineMs` milliseconds is given up. */
  stop(deadlineMs: number): Promise<void>;
}
