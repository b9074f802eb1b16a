import type { ImportAnswer, MessageQuery } from "@gateway-engine/protocol/queue-export";

/** What the commands do with the queue: through the gmq that runs, or, while none does, with the files themselves. */
export interface QueueAccess {
  /** Lines of `MessageLine`. @throws UsageError when there is no such device */
  messages(query: MessageQuery): AsyncIterable<string>;
  /** Queues the messages behind those that are there; what was read before a line that is wrong is in the queue. */
  importLines(lines: AsyncIterable<string>): Promise<ImportAnswer>;
  /** Queues messages again that are set aside. @param ids undefined: all. @returns how many */
  replay(ids: readonly number[] | undefined): Promise<number>;
}
