/** How urgent a message is and how long it is worth something, after the headers X-Gateway-Engine-Priority and -TTL. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { QUEUE_HEADERS } from "@gateway-engine/protocol/queue-headers";
import { PRIORITIES, type Priority } from "../spool/lane.ts";
import type { Submission } from "../spool/message.ts";

export type Worth = Pick<Submission, "priority" | "ttlMs">;

const LONGEST_TTL_SECONDS = 10 * 365 * 86_400;

/** What a time to live must be. */
export const TTL_FORM: string = `a number of seconds above 0, at most ${LONGEST_TTL_SECONDS}`;

/** @returns what the texts mean, undefined is the default; or what is wrong with them */
export function parseWorth(priority: string | undefined, ttl: string | undefined): Result<Worth, string> {
  const known = parsePriority(priority ?? "normal");
  if (known === undefined) return fail(`${QUEUE_HEADERS.priority} must be one of ${PRIORITIES.join(", ")}`);
  if (ttl === undefined) return ok({ priority: known, ttlMs: undefined });
  const ttlMs = parseTtl(ttl);
  return ttlMs === undefined ? fail(`${QUEUE_HEADERS.ttl} must be ${TTL_FORM}`) : ok({ priority: known, ttlMs });
}

/** @returns milliseconds */
export function parseTtl(text: string): number | undefined {
  const seconds = Number(text);
  return text.trim() !== "" && seconds > 0 && seconds <= LONGEST_TTL_SECONDS ? Math.ceil(seconds * 1000) : undefined;
}

export function parsePriority(text: string): Priority | undefined {
  const word = text.trim().toLowerCase();
  return PRIORITIES.find((priority) => priority === word);
}
