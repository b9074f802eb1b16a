/** An AbortSignal that aborts when the process is asked to end: SIGTERM, SIGINT or, where named, another. */
export function abortOnSignals(signals: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"]): AbortSignal {
  const controller = new AbortController();
  for (const name of signals) process.once(name, () => controller.abort(name));
  return controller.signal;
}
