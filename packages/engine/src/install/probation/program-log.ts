import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";

/** Lines of a program's log that go into a report. */
export const LOG_LINES = 200;

/** Bytes of them; together with a script's output they have to fit into a value of the server. */
export const LOG_BYTES = 16_384;

export type ProgramLogs = Pick<SupervisorClient, "tailProcessStdoutLog" | "tailProcessStderrLog">;

/**
 * The last lines that a program wrote: on standard output and, where that is kept apart, on standard error.
 *
 * @param program `group:process`
 * @returns nothing when the program keeps no log
 */
export async function lastLogLines(
  logs: ProgramLogs,
  program: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const range = { offset: 0, length: LOG_BYTES };
  const [output, errors] = await Promise.all(
    [
      logs.tailProcessStdoutLog(program, range, signal).then(({ text, overflow }) => linesOf(text, overflow)),
      logs.tailProcessStderrLog(program, range, signal).then(({ text, overflow }) => linesOf(text, overflow)),
    ].map((reading) => reading.catch(noLog)),
  );
  return withinBytes([...(output ?? []), ...(errors ?? [])].slice(-LOG_LINES));
}

/** @param isCut something before the text was left out, so its first line may be half a line */
function linesOf(text: string, isCut: boolean): readonly string[] {
  const lines = text.replace(/\n$/, "").split("\n").map(printable);
  return isCut && lines.length > 1 ? lines.slice(1) : lines.filter((line, index) => index > 0 || line !== "");
}

/** Control characters, such as those of colours, take six bytes each in JSON and tell nobody anything. */
function printable(line: string): string {
  return line.replaceAll(/\u001B\[[0-9;]*[A-Za-z]/g, "").replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "");
}

function withinBytes(lines: readonly string[]): readonly string[] {
  let bytes = 0;
  const first = lines.findLastIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > LOG_BYTES;
  });
  return lines.slice(first + 1);
}

function noLog(error: unknown): readonly string[] {
  if (error instanceof GatewayEngineError) return [];
  throw error;
}
