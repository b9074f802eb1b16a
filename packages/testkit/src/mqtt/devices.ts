/** The devices of a scripted server: their tokens, and what the cloud side has written that they have not reported back. */
import { randomBytes } from "node:crypto";

export interface CloudValue {
  readonly alias: string;
  readonly value: string;
  /** Microseconds since 1970. */
  readonly atMicros: number;
}

export class Devices {
  /** Undefined: may be provisioned. */
  readonly #tokens = new Map<string, string | undefined>();
  readonly #unreported = new Map<string, Map<string, CloudValue>>();

  constructor(identities: readonly string[], tokens: Readonly<Record<string, string>>) {
    for (const identity of identities) this.#tokens.set(identity, undefined);
    for (const [identity, token] of Object.entries(tokens)) this.#tokens.set(identity, token);
  }

  /** @returns a new token, or undefined when the device is unknown or has one */
  provision(identity: string): string | undefined {
    if (!this.#tokens.has(identity) || this.#tokens.get(identity) !== undefined) return undefined;
    const token = randomBytes(20).toString("hex");
    this.#tokens.set(identity, token);
    return token;
  }

  identityOf(token: string): string | undefined {
    for (const [identity, known] of this.#tokens) if (known === token) return identity;
    return undefined;
  }

  set(identity: string, value: CloudValue): void {
    const values = this.#unreported.get(identity) ?? new Map<string, CloudValue>();
    values.set(value.alias, value);
    this.#unreported.set(identity, values);
  }

  /** The device has written the alias itself: that replaces what the cloud side wrote. */
  report(identity: string, alias: string): void {
    this.#unreported.get(identity)?.delete(alias);
  }

  unreported(identity: string): readonly CloudValue[] {
    return [...(this.#unreported.get(identity)?.values() ?? [])];
  }
}
