/** Between the queue's messages and the lines that people and other programs see. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { ByteString } from "@gateway-engine/protocol/form";
import { type MessageLine, type MessageOwner, parseMessageLine } from "@gateway-engine/protocol/queue-export";
import { parseRecordOf, parseWrite } from "../intake/parse-submission.ts";
import { priorityOfLane } from "../spool/lane.ts";
import type { ListedMessage } from "../spool/listing.ts";
import type { QueueDevice, Submission } from "../spool/message.ts";

/** A message that keeps its time. */
export interface TimedSubmission {
  readonly owner: MessageOwner;
  readonly submission: Submission;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly expiresAt: number | null;
}

export function formatLine(message: ListedMessage, device: QueueDevice): MessageLine {
  const { lane, kind, alias, at, expiresAt, setAside } = message;
  return {
    device: device.isGateway ? { gateway: true } : (device.identity ?? { cik: device.cik }),
    priority: priorityOfLane(lane),
    kind,
    alias,
    at,
    expiresAt,
    ...contentOf(message.body),
    ...(setAside === undefined ? {} : { setAside }),
  };
}

/** @returns the message, or what is wrong with the line */
export function parseLine(text: string): Result<TimedSubmission, string> {
  const line = parseMessageLine(text);
  if (!line.ok) return line;
  const { device, kind, alias, priority, at, expiresAt } = line.value;
  const body = bodyOf(line.value);
  const parsed = kind === "write" ? parseWrite(body) : parseRecordOf(alias, body, at / 1_000_000);
  if (!parsed.ok) return fail(parsed.problem.problem);
  return ok({ owner: device, submission: { ...parsed.value, priority, ttlMs: undefined }, at, expiresAt });
}

/** Text where it is text: a person who looks into an export wants to read it. */
function contentOf(body: ByteString): Pick<MessageLine, "body" | "bodyBase64"> {
  const bytes = Buffer.from(body, "latin1");
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? { body: text } : { bodyBase64: bytes.toString("base64") };
}

function bodyOf({ body, bodyBase64 }: Pick<MessageLine, "body" | "bodyBase64">): ByteString {
  return Buffer.from(body ?? bodyBase64 ?? "", body === undefined ? "base64" : "utf8").toString("latin1");
}
