/** Resolves once everything that has arrived on sockets and pipes by now has been handed out. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
