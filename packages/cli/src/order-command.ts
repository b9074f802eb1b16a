import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import { askEngine } from "./app-control.ts";
import type { CommandContext } from "./command.ts";
import { printJson } from "./printing.ts";

/** Exit status of an order that was not carried out. */
const EXIT_FAILED = 1;

/**
 * Orders something as the cloud does with `engine_fetch`, waits for its end and says how it went.
 *
 * @param order without "install"
 * @returns the exit status
 */
export async function carryOutOrder(
  order: object,
  context: CommandContext,
  json: boolean | undefined,
): Promise<number> {
  const { terminal } = context;
  const ends: Extract<InstallProgress, { readonly kind: "done" }>[] = [];
  const onProgress = (progress: InstallProgress) => {
    if (progress.kind === "done") ends.push(progress);
  };
  await askEngine(context, (control, signal) => control.order(JSON.stringify(order), onProgress, signal));
  for (const { name, ok, message } of ends) {
    if (json) printJson(terminal, { name, ok, message });
    else if (ok) terminal.out(`${message}\n`);
    else terminal.err(`gwe: ${message}\n`);
  }
  return ends.length > 0 && ends.every(({ ok }) => ok) ? 0 : EXIT_FAILED;
}
