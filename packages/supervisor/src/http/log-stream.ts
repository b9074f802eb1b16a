/** Following a log over HTTP, as `supervisorctl tail -f` does: its end, and then what is added. */
import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError } from "@gateway-engine/core/errors";
import type { SyncFiles } from "@gateway-engine/core/sync-files";

export interface LogStreamDeps {
  readonly files: SyncFiles;
  readonly clock: Clock;
}

/** Ends only when `signal` aborts. A log that was put aside, or became shorter, is read from its start. */
export async function* followLog(path: string, deps: LogStreamDeps, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { files, clock } = deps;
  let file = files.identity(path);
  let offset = Math.max(0, (files.size(path) ?? 0) - TAIL_BYTES);
  try {
    while (!signal.aborted) {
      const found = files.identity(path);
      if (found !== undefined && found !== file) {
        file = found;
        offset = 0;
      }
      const size = files.size(path) ?? 0;
      if (size < offset) {
        offset = 0;
        yield Buffer.from("==> File truncated <==\n");
      }
      const chunk = files.readRange(path, offset, CHUNK_BYTES);
      if (chunk !== undefined && chunk.length > 0) {
        offset += chunk.length;
        yield chunk;
      } else {
        await clock.sleep(LOOK_MS, signal);
      }
    }
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
}

/** What is shown of the past. */
const TAIL_BYTES = 1024;
const CHUNK_BYTES = 64 * 1024;
const LOOK_MS = 200;
