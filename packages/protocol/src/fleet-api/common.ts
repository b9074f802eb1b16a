/**
 * What every part of the management API of gwe-fleet shares. Schemas are JSON Schema; the types are derived from them.
 * A schema inside another is written `X as typeof X`, which lets the compiler emit declarations file by file.
 *
 * @see docs/reference/fleet-management-api.md
 */
import type { Static } from "typebox";

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
export const PRODUCT_ID = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$" } as const;

/** A device's identity: what it calls itself, for example a MAC address. Any characters but control characters. */
export const IDENTITY = {
  type: "string",
  minLength: 1,
  maxLength: 256,
  pattern: "^[^\\u0000-\\u001f\\u007f]+$",
} as const;

/** The name of a resource on the wire. */
export const ALIAS = { type: "string", minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]+$" } as const;

/** The id of an item in the content area: a file name. */
export const CONTENT_ID = { type: "string", pattern: "^[A-Za-z0-9_][A-Za-z0-9._+~ -]{0,254}$" } as const;

/** How many entries of a list, from 1 to 1000; query parameters are text. */
export const PAGE_LIMIT = { type: "string", pattern: "^([1-9]\\d{0,2}|1000)$" } as const;

/** The cursor that a page of a list gave as `next`. */
export const PAGE_CURSOR = { type: "string", minLength: 1, maxLength: 512 } as const;

/** A page of a list: at most `limit` entries that come after the cursor `after`. */
export const PAGE_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: { limit: PAGE_LIMIT as typeof PAGE_LIMIT, after: PAGE_CURSOR as typeof PAGE_CURSOR },
} as const;
export type PageQuery = Static<typeof PAGE_QUERY>;

export const DEFAULT_PAGE_SIZE = 100;

export interface HealthAnswer {
  readonly status: "ok";
  readonly version: string;
}
