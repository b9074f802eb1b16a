/** What the broker remembers of its local clients, in the shape in which aedes asks for it. */
import { Readable } from "node:stream";
import type { Aedes, AedesPublishPacket } from "aedes";
import { LocalSessions, type LocalSubscription, type OutgoingPacket } from "./local-sessions.ts";
import { ReceivedOnce } from "./received-once.ts";
import { type RetainedMessage, RetainedMessages } from "./retained-messages.ts";
import { parseTopicFilter } from "./topic-filter.ts";

/** Most subscriptions of one client. */
export const MAX_SUBSCRIPTIONS = 100;

const RETAINED = { messages: 10_000, bytes: 8 * 1_048_576 };
const SESSIONS = { sessions: 200, subscriptions: MAX_SUBSCRIPTIONS, messages: 1000, bytes: 8 * 1_048_576 };

type ClientRef = { readonly id: string };
type Numbered = { readonly messageId?: number | undefined };
type Will = { readonly topic: string; brokerId?: string; clientId?: string };

export class LocalStore {
  readonly received: ReceivedOnce = new ReceivedOnce();
  readonly #dropped: (what: string) => void;
  readonly #retained = new RetainedMessages<AedesPublishPacket & RetainedMessage>(RETAINED);
  readonly #wills = new Map<string, Will>();
  #broker: (Aedes & { readonly clients: Readonly<Record<string, unknown>> }) | undefined;
  readonly #sessions: LocalSessions = new LocalSessions(SESSIONS, (id) => this.#broker?.clients[id] !== undefined);

  /** @param dropped is told what found no room */
  constructor(dropped: (what: string) => void) {
    this.#dropped = dropped;
  }

  async setup(broker: Aedes & { readonly clients: Readonly<Record<string, unknown>> }): Promise<void> {
    this.#broker = broker;
  }

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    const payload = Buffer.from(packet.payload);
    if (!this.#retained.keep({ ...packet, payload })) this.#dropped(`the retained message of ${packet.topic}`);
  }

  createRetainedStreamCombi(topics: readonly string[]): Readable {
    const filters = topics.map(parseTopicFilter).flatMap((filter) => (filter.ok ? [filter.value] : []));
    return Readable.from(this.#retained.matching(filters));
  }

  async addSubscriptions({ id }: ClientRef, subscriptions: readonly LocalSubscription[]): Promise<void> {
    this.#sessions.subscribe(id, subscriptions);
  }

  async removeSubscriptions({ id }: ClientRef, topics: readonly string[]): Promise<void> {
    this.#sessions.unsubscribe(id, topics);
  }

  async subscriptionsByClient({ id }: ClientRef): Promise<readonly LocalSubscription[]> {
    return this.#sessions.subscriptionsOf(id);
  }

  async subscriptionsByTopic(topic: string): Promise<readonly LocalSubscription[]> {
    return this.#sessions.subscribersOf(topic);
  }

  async cleanSubscriptions({ id }: ClientRef): Promise<void> {
    this.#sessions.forget(id);
  }

  async outgoingEnqueue({ clientId }: { readonly clientId: string }, packet: OutgoingPacket): Promise<void> {
    if (!this.#sessions.enqueue(clientId, { ...packet })) this.#dropped(`a message for ${clientId}`);
  }

  async outgoingEnqueueCombi(
    subscribers: readonly { readonly clientId: string }[],
    packet: OutgoingPacket,
  ): Promise<void> {
    for (const subscriber of subscribers) await this.outgoingEnqueue(subscriber, packet);
  }

  async outgoingUpdate({ id }: ClientRef, packet: OutgoingPacket): Promise<void> {
    this.#sessions.update(id, packet);
  }

  async outgoingClearMessageId({ id }: ClientRef, { messageId }: Numbered): Promise<OutgoingPacket | undefined> {
    return this.#sessions.acknowledge(id, messageId);
  }

  outgoingStream({ id }: ClientRef): Readable {
    return Readable.from(this.#sessions.outgoing(id));
  }

  async incomingStorePacket({ id }: ClientRef, { messageId }: Numbered): Promise<void> {
    this.received.delivered(id, messageId ?? 0);
  }

  async incomingGetPacket({ id }: ClientRef, packet: Numbered): Promise<Numbered> {
    if (!this.received.isDelivered(id, packet.messageId ?? 0)) throw new RangeError("no such message");
    return packet;
  }

  async incomingDelPacket({ id }: ClientRef, { messageId }: Numbered): Promise<void> {
    this.received.release(id, messageId ?? 0);
  }

  async cleanIncoming({ id }: ClientRef): Promise<void> {
    this.received.forget(id);
  }

  async putWill({ id }: ClientRef, will: Will): Promise<void> {
    will.clientId = id;
    if (this.#broker !== undefined) will.brokerId = this.#broker.id;
    this.#wills.set(id, will);
  }

  async delWill({ id }: ClientRef): Promise<Will | undefined> {
    const will = this.#wills.get(id);
    this.#wills.delete(id);
    return will;
  }

  /** Wills of clients of other brokers: there is one broker, which publishes its clients' wills by itself. */
  streamWill(): Readable {
    return Readable.from([]);
  }
}
