/** Looking into the queue, and putting messages into it that are older than now. */
import { UsageError } from "@gateway-engine/core/errors";
import { parseVms } from "@gateway-engine/protocol/device-api";
import type { ImportAnswer, MessageOwner, MessageQuery } from "@gateway-engine/protocol/queue-export";
import type { ListedMessage } from "../spool/listing.ts";
import { describeDevice, type MessageKind, type QueueDevice } from "../spool/message.ts";
import type { Spool } from "../spool/spool.ts";
import { formatLine, parseLine, type TimedSubmission } from "./message-lines.ts";
import type { QueueAccess } from "./queue-access.ts";

export interface QueueToolsDeps {
  readonly spool: Spool;
  /** Called when messages of a device were queued. */
  readonly queued: (device: number, kind: MessageKind) => void;
}

/** So many messages are in memory at once, and share a commit; fewer when they are large. */
const PAGE = 200;
const PAGE_BYTES = 1_048_576;

export class QueueTools implements QueueAccess {
  readonly #deps: QueueToolsDeps;

  constructor(deps: QueueToolsDeps) {
    this.#deps = deps;
  }

  async *messages({ setAside, device, limit }: MessageQuery): AsyncGenerator<string> {
    const wanted = this.#wanted(device);
    if (setAside) {
      yield* this.#setAside(new Set(wanted.map(({ id }) => id)), limit);
    } else {
      for (const one of wanted) yield* this.#queuedOf(one, limit);
    }
  }

  async importLines(lines: AsyncIterable<string>): Promise<ImportAnswer> {
    let number = 0;
    let imported = 0;
    let page: TimedSubmission[] = [];
    let bytes = 0;
    const store = async () => {
      await Promise.all(page.map((message) => this.#import(message)));
      imported += page.length;
      page = [];
      bytes = 0;
    };
    for await (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      const parsed = parseLine(line);
      if (!parsed.ok) {
        await store();
        return { imported, problem: { line: number, message: parsed.problem } };
      }
      page.push(parsed.value);
      bytes += parsed.value.submission.body.length;
      if (page.length === PAGE || bytes >= PAGE_BYTES) await store();
    }
    await store();
    return { imported };
  }

  async replay(ids: readonly number[] | undefined): Promise<number> {
    const { spool, queued } = this.#deps;
    let replayed = 0;
    for (let after = 0; ; ) {
      const page = await spool.listSetAside(after, PAGE);
      const last = page.at(-1)?.setAside?.id;
      if (last === undefined) return replayed;
      after = last;
      const chosen = page.flatMap(({ setAside }) => (setAside === undefined ? [] : [setAside.id]));
      const devices = await spool.replay(chosen.filter((id) => ids === undefined || ids.includes(id)));
      for (const device of devices) queued(device, "write");
      replayed += devices.length;
    }
  }

  async #import({ owner, submission, at, expiresAt }: TimedSubmission): Promise<void> {
    const { spool, queued } = this.#deps;
    const { id } = this.#deviceOf(owner);
    await spool.importMessage(id, submission, { at, expiresAt });
    queued(id, submission.kind);
  }

  #deviceOf(owner: MessageOwner): QueueDevice {
    const { spool } = this.#deps;
    if ("gateway" in owner) return spool.gatewayItself();
    if ("cik" in owner) return spool.findByCik(owner.cik) ?? spool.deviceOfCik(owner.cik);
    return spool.deviceOf(owner);
  }

  #wanted(device: string | undefined): readonly QueueDevice[] {
    const devices = this.#deps.spool.devices();
    if (device === undefined) return devices;
    const identity = parseVms(device);
    const name = identity === undefined ? device : describeDevice({ identity, isGateway: false });
    const found = devices.filter((one) => describeDevice(one) === name);
    if (found.length > 0) return found;
    const known = devices.map(describeDevice).join("; ");
    throw new UsageError("E_USAGE", {
      problem: `the queue has no device "${device}"; ${known === "" ? "it has none yet" : `it has: ${known}`}`,
    });
  }

  async *#queuedOf(device: QueueDevice, limit = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
    let after: ListedMessage | undefined;
    for (let left = limit; left > 0; ) {
      const page = await this.#deps.spool.listQueued(device.id, after, Math.min(PAGE, left));
      for (const message of page) yield JSON.stringify(formatLine(message, device));
      after = page.at(-1);
      if (after === undefined) return;
      left -= page.length;
    }
  }

  async *#setAside(devices: ReadonlySet<number>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
    const { spool } = this.#deps;
    const given = new Map<number, number>();
    for (let after = 0; ; ) {
      const page = await spool.listSetAside(after, PAGE);
      const last = page.at(-1)?.setAside?.id;
      if (last === undefined) return;
      after = last;
      for (const message of page) {
        const device = spool.deviceOfLane(message.lane);
        const count = given.get(device?.id ?? 0) ?? 0;
        if (device === undefined || !devices.has(device.id) || count >= limit) continue;
        given.set(device.id, count + 1);
        yield JSON.stringify(formatLine(message, device));
      }
    }
  }
}
