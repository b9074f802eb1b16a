/** A device's values and their history, in the management API of gwe-fleet. */
import { type Static, type TEnum, type TObject, type TOptional, type TString, Type } from "typebox";
import { PAGE_CURSOR, PAGE_LIMIT } from "./common.ts";

/** PUT …/values/:alias: a write from the cloud side. */
export const VALUE_BODY: TObject<{ value: TString }> = Type.Object(
  { value: Type.String() },
  { additionalProperties: false },
);
export type ValueBody = Static<typeof VALUE_BODY>;

/** GET …/values/:alias/history */
export const HISTORY_QUERY: TObject<{
  limit: TOptional<TString>;
  after: TOptional<TString>;
  order: TOptional<TEnum<["asc", "desc"]>>;
}> = Type.Object(
  {
    limit: Type.Optional(PAGE_LIMIT),
    after: Type.Optional(PAGE_CURSOR),
    order: Type.Optional(Type.Enum(["asc", "desc"])),
  },
  { additionalProperties: false },
);
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
