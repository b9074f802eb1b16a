/**
 * What every part of the management API of gwe-fleet shares. A schema checks what comes in; the types are derived from it.
 *
 * @see docs/reference/fleet-management-api.md
 */
import { type Static, type TObject, type TOptional, type TString, Type } from "typebox";

export const FLEET_API_PREFIX = "/api/v1";

/** Every refusal looks like this. */
export interface ErrorAnswer {
  readonly error: {
    /** A code of core/error-codes. */
    readonly code: string;
    /** A sentence for a person. */
    readonly message: string;
    /** The part of the request that is wrong, for example `kind` or `limit`. */
    readonly field?: string;
  };
}

/** A product id: it is also a host name label, as in `<product id>.m2.exosite.io`, or an older vendor or model name. */
export const PRODUCT_ID: TString = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$" });

/** A device's identity: what it calls itself, for example a MAC address. Any characters but control characters. */
export const IDENTITY: TString = Type.String({ minLength: 1, maxLength: 256, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });

/** The name of a resource on the wire. */
export const ALIAS: TString = Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });

/** The id of an item in the content area: a file name. */
export const CONTENT_ID: TString = Type.String({ pattern: "^[A-Za-z0-9_][A-Za-z0-9._+~ -]{0,254}$" });

/** How many entries of a list, from 1 to 1000; query parameters are text. */
export const PAGE_LIMIT: TString = Type.String({ pattern: "^([1-9]\\d{0,2}|1000)$" });

/** The cursor that a page of a list gave as `next`. */
export const PAGE_CURSOR: TString = Type.String({ minLength: 1, maxLength: 512 });

/** A page of a list: at most `limit` entries that come after the cursor `after`. */
export const PAGE_QUERY: TObject<{ limit: TOptional<TString>; after: TOptional<TString> }> = Type.Object(
  { limit: Type.Optional(PAGE_LIMIT), after: Type.Optional(PAGE_CURSOR) },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PAGE_QUERY>;

export const DEFAULT_PAGE_SIZE = 100;

export interface HealthAnswer {
  readonly status: "ok";
  readonly version: string;
}
