/** A device's values and their history, in the management API of gwe-fleet. */
import type { Static } from "typebox";
import { PAGE_CURSOR, PAGE_LIMIT } from "./common.ts";

/** PUT …/values/:alias: a write from the cloud side. */
export const VALUE_BODY = {
  type: "object",
  additionalProperties: false,
  required: ["value"],
  properties: { value: { type: "string" } },
} as const;
export type ValueBody = Static<typeof VALUE_BODY>;

/** GET …/values/:alias/history */
export const HISTORY_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: {
    limit: PAGE_LIMIT as typeof PAGE_LIMIT,
    after: PAGE_CURSOR as typeof PAGE_CURSOR,
    order: { type: "string", enum: ["asc", "desc"] },
  },
} as const;
export type HistoryQuery = Static<typeof HISTORY_QUERY>;

/** Values are bytes: `value` is null and `valueBase64` set where they are not UTF-8. */
export interface ValueAnswer {
  readonly value: string | null;
  readonly valueBase64?: string;
  /** Microseconds since 1970. */
  readonly timestamp: number;
}

/** The present value, which is what the device reads, and what the device itself wrote last. */
export interface AliasValueAnswer extends ValueAnswer {
  readonly alias: string;
  readonly reported: ValueAnswer | null;
}

export interface ValuesAnswer {
  readonly values: readonly AliasValueAnswer[];
}

export interface HistoryAnswer {
  readonly points: readonly ValueAnswer[];
  readonly next: string | null;
}
