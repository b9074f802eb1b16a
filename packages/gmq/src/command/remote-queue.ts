/** The queue of the gmq that runs, over its unix socket. */
import { GMQ_CONTROL_PATHS } from "@gateway-engine/protocol/local-control";
import {
  formatMessageQuery,
  type ImportAnswer,
  type MessageQuery,
  type ReplayAnswer,
  type ReplayRequest,
} from "@gateway-engine/protocol/queue-export";
import { linesOf } from "../control/lines.ts";
import type { QueueAccess } from "../tools/queue-access.ts";
import { ask, type QueueClientDeps, request } from "./queue-client.ts";

export class RemoteQueue implements QueueAccess {
  readonly #deps: QueueClientDeps;

  constructor(deps: QueueClientDeps) {
    this.#deps = deps;
  }

  async *messages(query: MessageQuery): AsyncGenerator<string> {
    const path = `${GMQ_CONTROL_PATHS.messages}?${formatMessageQuery(query)}`;
    yield* linesOf((await request(this.#deps, "GET", path)).body);
  }

  async importLines(lines: AsyncIterable<string>): Promise<ImportAnswer> {
    return JSON.parse(await ask(this.#deps, "POST", GMQ_CONTROL_PATHS.import, bytesOf(lines))) as ImportAnswer;
  }

  async replay(ids: readonly number[] | undefined): Promise<number> {
    const body = JSON.stringify({ ids } satisfies ReplayRequest);
    return (JSON.parse(await ask(this.#deps, "POST", GMQ_CONTROL_PATHS.replay, body)) as ReplayAnswer).replayed;
  }
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}
