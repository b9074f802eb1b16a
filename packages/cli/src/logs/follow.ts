import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError } from "@gateway-engine/core/errors";
import { TailedFile } from "@gateway-engine/platform/tailed-file";

/** What is appended to a log from now on. */
export interface FollowedLog {
  readonly label: string;
  readonly path: string;
  /** Bytes of it that were shown already. */
  readonly position: number;
}

/** How often the files are looked at; a log that is put aside twice in between would lose a part. */
const LOOK_MS = 250;

/** Shows each line as it is completed, until `signal` aborts. */
export async function followLogs(
  logs: readonly FollowedLog[],
  { clock, signal }: { readonly clock: Pick<Clock, "sleep">; readonly signal: AbortSignal },
  show: (label: string, line: string) => void,
): Promise<void> {
  const followed = logs.map((log) => ({ log, file: new TailedFile(log.path, log.position), lines: new OpenLine() }));
  try {
    while (!signal.aborted) {
      for (const { log, file, lines } of followed) {
        for await (const bytes of file.read()) for (const line of lines.add(bytes)) show(log.label, line);
      }
      await clock.sleep(LOOK_MS, signal);
    }
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  } finally {
    for (const { file } of followed) await file.close();
  }
}

/** Holds the beginning of a line until its end has come. */
class OpenLine {
  readonly #decoder = new TextDecoder();
  #rest = "";

  add(bytes: Uint8Array): readonly string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}
