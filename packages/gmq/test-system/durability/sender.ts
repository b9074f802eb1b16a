import type { Ledger } from "@gateway-engine/testkit/faults/ledger";
import { fullValue } from "@gateway-engine/testkit/faults/ledger-entry";
import type { GmqProcess } from "../../test/process/gmq-process.ts";

export interface MessageShape {
  /** Least length of the value. */
  readonly bytes?: number;
  readonly kind?: "write" | "record";
}

/** An application on the gateway: sends one message after the other for one device, each in the ledger before it leaves. */
export class Sender {
  /** `<vendor> <model> <serial number>` */
  readonly device: string;
  readonly #name: string;
  readonly #ledger: Ledger;
  #sent = 0;

  constructor(name: string, ledger: Ledger, device = `product product ${name}`) {
    this.#name = name;
    this.#ledger = ledger;
    this.device = device;
  }

  /** @returns the status of the answer. @throws when gmq ends without one: nobody knows whether it has the message */
  async send(gmq: GmqProcess, { bytes = 0, kind = "write" }: MessageShape = {}): Promise<number> {
    this.#sent += 1;
    const key = `${this.#name}-${this.#sent}`;
    await this.#ledger.sending(key, this.#name);
    const status = await this.#post(gmq, fullValue(key, bytes), kind);
    await this.#ledger.answered(key, status === 204);
    return status;
  }

  async #post(gmq: GmqProcess, value: string, kind: "write" | "record"): Promise<number> {
    const path = kind === "write" ? "/onep:v1/stack/alias" : "/onep:v1/stack/alias/value";
    // Each record has a second of its own, as an older server wants it.
    const body = kind === "write" ? `value=${value}` : `${1_400_000_000 + this.#sent}=${value}`;
    const answer = await gmq.post(path, body, { "X-Exosite-VMS": this.device });
    await answer.arrayBuffer();
    return answer.status;
  }
}
