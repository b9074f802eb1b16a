/** The last retained message of each topic, in memory and bounded. */
import { matchTopic, type TopicFilter } from "./topic-filter.ts";

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface RetainedLimits {
  readonly messages: number;
  readonly bytes: number;
}

export class RetainedMessages<Message extends RetainedMessage> {
  readonly #limits: RetainedLimits;
  readonly #byTopic = new Map<string, Message>();
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  /**
   * Keeps the message in the place of the one before; an empty one only removes that.
   *
   * @returns false when there is no room, and nothing is kept of its topic
   */
  keep(message: Message): boolean {
    const before = this.#byTopic.get(message.topic);
    if (before !== undefined) this.#bytes -= sizeOf(before);
    this.#byTopic.delete(message.topic);
    if (message.payload.length === 0) return true;
    if (this.#byTopic.size >= this.#limits.messages) return false;
    if (this.#bytes + sizeOf(message) > this.#limits.bytes) return false;
    this.#byTopic.set(message.topic, message);
    this.#bytes += sizeOf(message);
    return true;
  }

  /** Each message that one of the filters is about, once. */
  *matching(filters: readonly TopicFilter[]): Generator<Message> {
    for (const [topic, message] of this.#byTopic) {
      if (filters.some((filter) => matchTopic(filter, topic) !== undefined)) yield message;
    }
  }
}

function sizeOf({ topic, payload }: RetainedMessage): number {
  return topic.length + payload.length;
}
