/**
 * Gives memory back to the system that the program has no use for now. It takes some milliseconds: for a program that does
 * nothing at the moment, and is not going to.
 *
 * V8 collects only when memory is asked for, so a program that has come to rest keeps what it had. Works where Node was
 * started with `--expose-gc`, and does nothing elsewhere.
 */
export function giveBackMemory(): void {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
