/**
 * The forms in which servers take values of the past, tried in this order:
 *
 * 1. `POST /onep:v1/stack/record`: a whole batch in one request.
 * 2. `POST /onep:v1/stack/alias/<alias>`, of older servers: one alias a request, so a batch may get through in part.
 * 3. None. Then writes can be sent as plain writes while they are so fresh that the time of receipt is right.
 *
 * A server that has answered in one form is not asked for another, until that form is refused.
 */
import type { Clock } from "@gateway-engine/core/clock";
import type { RawRequest } from "@gateway-engine/device-client/device-client";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { formatSequence, SEQUENCE_HEADER } from "@gateway-engine/protocol/sequence";
import type { RecordChoice } from "../config/upstream-cfg.ts";
import type { Batch } from "../forwarder/batch.ts";
import type { Outcome } from "../forwarder/outcome.ts";
import { formatAliasRecordBody, formatRecordBody, formatWriteBody } from "../forwarder/record-body.ts";
import type { Sent } from "../forwarder/sender.ts";
import { type NumberedPoint, type Taken, untaken, withTaken } from "../forwarder/taken.ts";
import { splitByFreshness } from "./freshness.ts";

/** POSTs one request of the batch's device. Every failure is an outcome. */
export type Post = (request: RawRequest) => Promise<Posted>;

export interface Posted {
  readonly outcome: Outcome;
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
}

export interface RecordFormsOptions {
  readonly record: RecordChoice;
  readonly spool: string;
  readonly clock: Pick<Clock, "now">;
}

type Form = "record" | "alias" | "write";

export class RecordForms {
  readonly #options: RecordFormsOptions;
  /** What the server has taken a batch in. */
  #proven: Form | undefined;

  constructor(options: RecordFormsOptions) {
    this.#options = options;
  }

  async send(batch: Batch, taken: Taken, post: Post): Promise<Sent> {
    let first: Outcome | undefined;
    let has = taken;
    for (const form of this.#candidates()) {
      const attempt = await this.#sendAs(form, batch, has, post);
      has = attempt.taken;
      if (!attempt.unknownHere) {
        if (attempt.outcome.kind === "accepted") this.#proven = form;
        return attempt;
      }
      if (this.#proven === form) this.#proven = undefined;
      first ??= attempt.outcome;
    }
    return { outcome: first ?? NOTHING_OF_THE_PAST, taken: has };
  }

  #candidates(): readonly Form[] {
    if (this.#options.record !== "auto") return [this.#options.record];
    return this.#proven === undefined ? ["record", "alias", "write"] : [this.#proven];
  }

  #sendAs(form: Form, batch: Batch, taken: Taken, post: Post): Promise<Attempt> {
    switch (form) {
      case "record":
        return this.#whole(batch, taken, post);
      case "alias":
        return this.#aliasByAlias(batch, taken, post);
      case "write":
        return this.#asWrites(batch, taken, post);
    }
  }

  async #whole(batch: Batch, taken: Taken, post: Post): Promise<Attempt> {
    // What an older server took in part, it took alias by alias; a newer one is only told what is left, without numbers.
    const points = taken.size === 0 ? batch.points : untaken(batch, taken);
    const headers = points === batch.points ? this.#sequence(batch) : {};
    const answer = await post({ path: DEVICE_API_PATHS.record, body: formatRecordBody(points), headers });
    return { outcome: answer.outcome, taken, unknownHere: isUnknown(answer) };
  }

  async #aliasByAlias(batch: Batch, before: Taken, post: Post): Promise<Attempt> {
    let taken = before;
    const groups = groupByAlias(untaken(batch, taken));
    for (const [alias, points] of groups) {
      const path = `${DEVICE_API_PATHS.alias}/${encodeURIComponent(alias)}`;
      const headers = points.length === batch.points.length ? this.#sequence(batch) : {};
      const answer = await post({ path, body: formatAliasRecordBody(points), headers });
      const outcome = conflictsOnlyIn(alias, points, answer.outcome);
      // A server that takes this form may still not know this alias.
      if (answer.status === 404 && this.#proven === "alias") return { ...refusal(outcome), taken };
      if (outcome.kind !== "accepted") return { outcome, taken, unknownHere: isUnknown(answer) };
      this.#proven = "alias";
      taken = withTaken(taken, points);
    }
    return { outcome: { kind: "accepted" }, taken, unknownHere: false };
  }

  async #asWrites(batch: Batch, before: Taken, post: Post): Promise<Attempt> {
    let taken = before;
    const { fresh, rest } = splitByFreshness(batch, untaken(batch, taken), this.#options.clock.now());
    for (const points of roundsOfUniqueAliases(fresh)) {
      const answer = await post({ path: DEVICE_API_PATHS.alias, body: formatWriteBody(points) });
      const { outcome } = answer;
      if (outcome.kind !== "accepted") return { outcome, taken, unknownHere: isUnknown(answer) };
      this.#proven = "write";
      taken = withTaken(taken, points);
    }
    if (rest.length === 0) return { outcome: { kind: "accepted" }, taken, unknownHere: false };
    return { outcome: NOTHING_OF_THE_PAST, taken, unknownHere: this.#proven !== "write" };
  }

  /** Points are numbered by lane, so each lane has a name of its own for the server. */
  #sequence({ lane, first, last }: Batch): Readonly<Record<string, string>> {
    return { [SEQUENCE_HEADER]: formatSequence({ spool: `${this.#options.spool}.${lane}`, first, last }) };
  }
}

interface Attempt extends Sent {
  /** The server does not know this form. */
  readonly unknownHere: boolean;
}

const NOTHING_OF_THE_PAST: Outcome = {
  kind: "rejected",
  reason: "the server takes plain writes only, and this is a value of the past",
};

function refusal(outcome: Outcome): Pick<Attempt, "outcome" | "unknownHere"> {
  const reason = outcome.kind === "unavailable" ? outcome.reason : "the server does not know the alias";
  return { outcome: { kind: "rejected", reason }, unknownHere: false };
}

function isUnknown({ status }: Posted): boolean {
  return status === 404 || status === 405 || status === 501;
}

function groupByAlias(points: readonly NumberedPoint[]): ReadonlyMap<string, NumberedPoint[]> {
  const groups = new Map<string, NumberedPoint[]>();
  for (const point of points) {
    const group = groups.get(point.name);
    if (group === undefined) groups.set(point.name, [point]);
    else group.push(point);
  }
  return groups;
}

/** A plain write keeps one value of an alias. */
function roundsOfUniqueAliases(points: readonly NumberedPoint[]): readonly (readonly NumberedPoint[])[] {
  const rounds: NumberedPoint[][] = [];
  let names = new Set<string>();
  for (const point of points) {
    const round = rounds.at(-1);
    if (round === undefined || names.has(point.name)) {
      rounds.push([point]);
      names = new Set([point.name]);
    } else {
      round.push(point);
      names.add(point.name);
    }
  }
  return rounds;
}

/** The points of other aliases stay where they are: the server may have them already. */
function conflictsOnlyIn(alias: string, points: readonly NumberedPoint[], outcome: Outcome): Outcome {
  if (outcome.kind !== "conflict") return outcome;
  const named = (outcome.conflicts.get(alias) ?? []).map(Number);
  const isNamed = ({ timestamp }: NumberedPoint) =>
    named.includes(Number(timestamp)) || named.includes(Math.floor(Number(timestamp)));
  const refused = points.filter(isNamed);
  const timestamps = (refused.length > 0 ? refused : points).map(({ timestamp }) => timestamp);
  return { kind: "conflict", conflicts: new Map([[alias, timestamps]]) };
}
