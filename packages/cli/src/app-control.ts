import type { AppControl } from "@gateway-engine/engine/app-control";
import type { CommandContext } from "./command.ts";

/** Asks the running engine, or, when none runs, the same code here. */
export async function askEngine<Value>(
  { terminal, environment, untilSignalled }: CommandContext,
  work: (control: AppControl, signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const signal = await untilSignalled();
  const { withAppControl } = await import("@gateway-engine/engine/app-control");
  return withAppControl({ environment, signal, write: terminal.err }, (control) => work(control, signal));
}
