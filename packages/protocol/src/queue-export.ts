/**
 * Messages of the local queue as lines of JSON: what `gmq export` writes, `gmq import` reads, and the two ask each
 * other over `gmq.sock`.
 *
 * @see docs/reference/gmq-commands.md#the-export-format
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { isCik } from "./device-api.ts";

export interface MessageLine {
  readonly device: MessageOwner;
  readonly priority: "high" | "normal" | "low";
  readonly kind: "write" | "record";
  /** Of a record; empty for a write. */
  readonly alias: string;
  /** Microseconds since 1970. */
  readonly at: number;
  /** Microseconds since 1970, or null. */
  readonly expiresAt: number | null;
  /** As it was received, where it is UTF-8 text; otherwise `bodyBase64` has it. */
  readonly body?: string;
  readonly bodyBase64?: string;
  /** Only of messages that are set aside. */
  readonly setAside?: SetAsideFacts;
}

export type MessageOwner =
  | { readonly vendor: string; readonly model: string; readonly serial: string }
  | { readonly cik: string }
  /** The gateway itself, whose identity was not known yet. */
  | { readonly gateway: true };

export interface SetAsideFacts {
  /** What `gmq replay` takes. */
  readonly id: number;
  readonly upstream: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which messages are asked for. */
export interface MessageQuery {
  /** The messages that are set aside, instead of those that wait. */
  readonly setAside: boolean;
  /** Of this device alone: `<vendor> <model> <serial>`. */
  readonly device: string | undefined;
  /** So many from the front of each device's queue; undefined: all. */
  readonly limit: number | undefined;
}

export interface ImportAnswer {
  readonly imported: number;
  /** What stopped it, if something did; `line` counts from 1. Lines before it are in the queue. */
  readonly problem?: { readonly line: number; readonly message: string };
}

export interface ReplayRequest {
  /** Undefined: all. */
  readonly ids: readonly number[] | undefined;
}

export interface ReplayAnswer {
  readonly replayed: number;
}

export function formatMessageQuery({ setAside, device, limit }: MessageQuery): string {
  const query = new URLSearchParams();
  if (setAside) query.set("set_aside", "1");
  if (device !== undefined) query.set("device", device);
  if (limit !== undefined) query.set("limit", String(limit));
  return query.toString();
}

export function parseMessageQuery(query: URLSearchParams): Result<MessageQuery, string> {
  const limit = query.get("limit");
  if (limit !== null && !/^[1-9]\d{0,8}$/.test(limit)) return fail("limit must be a whole number above 0");
  return ok({
    setAside: query.get("set_aside") === "1",
    device: query.get("device") ?? undefined,
    limit: limit === null ? undefined : Number(limit),
  });
}

/** @returns the message, or what is wrong with the line */
export function parseMessageLine(line: string): Result<MessageLine, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return fail("it is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null) return fail("it is not an object");
  const { device, priority, kind, alias, at, expiresAt, body, bodyBase64 } = parsed as Record<string, unknown>;
  const owner = parseOwner(device);
  if (owner === undefined) return fail('device must be {"vendor", "model", "serial"}, {"cik"} or {"gateway": true}');
  if (priority !== "high" && priority !== "normal" && priority !== "low") {
    return fail("priority must be high, normal or low");
  }
  if (kind !== "write" && kind !== "record") return fail("kind must be write or record");
  if (typeof alias !== "string" || (alias === "") !== (kind === "write")) {
    return fail("alias must be the record's alias, and empty for a write");
  }
  if (!isMicroseconds(at)) return fail("at must be microseconds since 1970");
  if (expiresAt !== null && !isMicroseconds(expiresAt))
    return fail("expiresAt must be microseconds since 1970, or null");
  if ((typeof body === "string") === (typeof bodyBase64 === "string")) {
    return fail("either body or bodyBase64 must be there, as text");
  }
  const content = typeof body === "string" ? { body } : { bodyBase64: String(bodyBase64) };
  return ok({ device: owner, priority, kind, alias, at, expiresAt, ...content });
}

function parseOwner(device: unknown): MessageOwner | undefined {
  if (typeof device !== "object" || device === null) return undefined;
  const { vendor, model, serial, cik, gateway } = device as Record<string, unknown>;
  if (gateway === true) return { gateway };
  if (cik !== undefined) return typeof cik === "string" && isCik(cik) ? { cik } : undefined;
  if (typeof vendor !== "string" || typeof model !== "string" || typeof serial !== "string") return undefined;
  return vendor === "" || model === "" || serial === "" ? undefined : { vendor, model, serial };
}

function isMicroseconds(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
