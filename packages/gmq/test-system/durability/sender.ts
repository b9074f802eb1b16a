import { QUEUE_HEADERS } from "@gateway-engine/protocol/queue-headers";
import type { Ledger } from "@gateway-engine/testkit/faults/ledger";
import { fullValue } from "@gateway-engine/testkit/faults/ledger-entry";
import type { GmqProcess } from "../../test/process/gmq-process.ts";

export interface MessageShape {
  /** Least length of the value. */
  readonly bytes?: number;
  readonly kind?: "write" | "record";
  readonly priority?: "low" | "normal";
  /** It may expire. */
  readonly ttlSeconds?: number;
}

/** What the queue may give up, as its counters of losses say; everything else it has to keep. */
export function mayBeGivenUp(key: string): "dropped" | "expired" | undefined {
  if (key.includes("-low-")) return "dropped";
  return key.includes("-brief-") ? "expired" : undefined;
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
  async send(gmq: GmqProcess, shape: MessageShape = {}): Promise<number> {
    this.#sent += 1;
    const stream = streamOf(this.#name, shape);
    const key = `${stream}-${this.#sent}`;
    await this.#ledger.sending(key, stream);
    const status = await this.#post(gmq, fullValue(key, shape.bytes), shape);
    await this.#ledger.answered(key, status === 204);
    return status;
  }

  async #post(gmq: GmqProcess, value: string, { kind = "write", ...worth }: MessageShape): Promise<number> {
    const path = kind === "write" ? "/onep:v1/stack/alias" : "/onep:v1/stack/alias/value";
    // Each record has a second of its own, as an older server wants it.
    const body = kind === "write" ? `value=${value}` : `${1_400_000_000 + this.#sent}=${value}`;
    const answer = await gmq.post(path, body, { "X-Exosite-VMS": this.device, ...headersOf(worth) });
    await answer.arrayBuffer();
    return answer.status;
  }
}

/** Those of a device that have the same priority arrive in their order. */
function streamOf(name: string, { priority, ttlSeconds }: MessageShape): string {
  if (ttlSeconds !== undefined) return `${name}-brief`;
  return priority === "low" ? `${name}-low` : name;
}

function headersOf({ priority, ttlSeconds }: Pick<MessageShape, "priority" | "ttlSeconds">): Record<string, string> {
  return {
    ...(priority === undefined ? {} : { [QUEUE_HEADERS.priority]: priority }),
    ...(ttlSeconds === undefined ? {} : { [QUEUE_HEADERS.ttl]: String(ttlSeconds) }),
  };
}
