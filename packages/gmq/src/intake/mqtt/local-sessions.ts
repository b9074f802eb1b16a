/**
 * Sessions of clients that want to find theirs again (clean session off): their subscriptions, and what was published for
 * them and not acknowledged by them yet. In memory and bounded: a restart of gmq forgets them.
 */
import { matchTopic, parseTopicFilter, type TopicFilter } from "./topic-filter.ts";

/** A message on its way to a client, as the broker makes it. */
export interface OutgoingPacket {
  readonly brokerId?: string | undefined;
  readonly brokerCounter?: number | undefined;
  readonly payload?: Uint8Array | undefined;
  messageId?: number | undefined;
}

export interface LocalSubscription {
  readonly topic: string;
  readonly qos: number;
}

export interface SessionLimits {
  readonly sessions: number;
  readonly subscriptions: number;
  /** Messages that wait for one client. */
  readonly messages: number;
  /** Of all messages that wait. */
  readonly bytes: number;
}

interface Session {
  readonly subscriptions: Map<string, LocalSubscription & { readonly filter: TopicFilter }>;
  outgoing: OutgoingPacket[];
}

export class LocalSessions {
  readonly #limits: SessionLimits;
  readonly #isConnected: (client: string) => boolean;
  /** The one that was changed last is the last. */
  readonly #sessions = new Map<string, Session>();
  #bytes = 0;

  constructor(limits: SessionLimits, isConnected: (client: string) => boolean) {
    this.#limits = limits;
    this.#isConnected = isConnected;
  }

  subscribe(client: string, subscriptions: readonly LocalSubscription[]): void {
    const session = this.#sessions.get(client) ?? { subscriptions: new Map(), outgoing: [] };
    this.#sessions.delete(client);
    this.#sessions.set(client, session);
    for (const subscription of subscriptions) {
      const filter = parseTopicFilter(subscription.topic);
      const isNew = !session.subscriptions.has(subscription.topic);
      if (!filter.ok || (isNew && session.subscriptions.size >= this.#limits.subscriptions)) continue;
      session.subscriptions.set(subscription.topic, { ...subscription, filter: filter.value });
    }
    this.#forgetTheOldest();
  }

  unsubscribe(client: string, topics: readonly string[]): void {
    for (const topic of topics) this.#sessions.get(client)?.subscriptions.delete(topic);
  }

  subscriptionsOf(client: string): readonly LocalSubscription[] {
    const session = this.#sessions.get(client);
    return [...(session?.subscriptions.values() ?? [])].map(({ filter: _filter, ...subscription }) => subscription);
  }

  /** Who has asked for messages of this topic with an acknowledgement. */
  subscribersOf(topic: string): readonly (LocalSubscription & { readonly clientId: string })[] {
    const found: (LocalSubscription & { readonly clientId: string })[] = [];
    for (const [clientId, session] of this.#sessions) {
      for (const { filter, ...subscription } of session.subscriptions.values()) {
        if (subscription.qos === 0 || matchTopic(filter, topic) === undefined) continue;
        found.push({ ...subscription, clientId });
        break;
      }
    }
    return found;
  }

  forget(client: string): void {
    for (const packet of this.#sessions.get(client)?.outgoing ?? []) this.#bytes -= sizeOf(packet);
    this.#sessions.delete(client);
  }

  /** @returns false when there is no room, and the message is not kept */
  enqueue(client: string, packet: OutgoingPacket): boolean {
    const outgoing = this.#sessions.get(client)?.outgoing;
    if (outgoing === undefined) return true;
    if (outgoing.length >= this.#limits.messages || this.#bytes + sizeOf(packet) > this.#limits.bytes) return false;
    outgoing.push(packet);
    this.#bytes += sizeOf(packet);
    return true;
  }

  /** The message has got its number, or the number now stands for what follows it. */
  update(client: string, packet: OutgoingPacket): void {
    const outgoing = this.#sessions.get(client)?.outgoing ?? [];
    for (const [index, waiting] of outgoing.entries()) {
      if (packet.brokerId !== undefined && waiting.brokerId === packet.brokerId) {
        if (waiting.brokerCounter !== packet.brokerCounter) continue;
        waiting.messageId = packet.messageId;
        return;
      }
      if (waiting.messageId !== packet.messageId) continue;
      outgoing[index] = packet;
      this.#bytes += sizeOf(packet) - sizeOf(waiting);
      return;
    }
  }

  acknowledge(client: string, messageId: number | undefined): OutgoingPacket | undefined {
    const outgoing = this.#sessions.get(client)?.outgoing ?? [];
    const index = outgoing.findIndex((packet) => packet.messageId === messageId);
    const [packet] = index === -1 ? [] : outgoing.splice(index, 1);
    if (packet !== undefined) this.#bytes -= sizeOf(packet);
    return packet;
  }

  outgoing(client: string): readonly OutgoingPacket[] {
    return [...(this.#sessions.get(client)?.outgoing ?? [])];
  }

  #forgetTheOldest(): void {
    if (this.#sessions.size <= this.#limits.sessions) return;
    for (const client of this.#sessions.keys()) {
      if (this.#isConnected(client)) continue;
      this.forget(client);
      return;
    }
  }
}

function sizeOf(packet: OutgoingPacket): number {
  return PACKET_BYTES + (packet.payload?.length ?? 0);
}

/** What a message takes beside its payload, about. */
const PACKET_BYTES = 200;
