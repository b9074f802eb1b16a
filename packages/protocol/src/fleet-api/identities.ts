/** Identities (devices) and their events, in the management API of gwe-fleet. */
import { type Static, type TBoolean, type TObject, type TOptional, type TString, Type } from "typebox";
import { IDENTITY } from "./common.ts";

/** POST /products/:product/identities: lets a device of this identity activate, for a day from now. */
export const NEW_IDENTITY: TObject<{ identity: TString }> = Type.Object(
  { identity: IDENTITY },
  { additionalProperties: false },
);
export type NewIdentity = Static<typeof NEW_IDENTITY>;

/** POST /products/:product/identities/:identity/reenable: lets the device activate again. */
export const REENABLE_BODY: TObject<{ revoke: TOptional<TBoolean> }> = Type.Object(
  {
    /** Whether the present CIK stops working at once, and not only when the device has a new one. */
    revoke: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ReenableBody = Static<typeof REENABLE_BODY>;

/**
 * notactivated: has never activated. activated: was given a CIK, and may not activate again once it has used it.
 * reprovision: was enabled again; the next activation gives it a new CIK.
 */
export type IdentityState = "notactivated" | "activated" | "reprovision";

/** Times are milliseconds since 1970. */
export interface IdentityAnswer {
  readonly product: string;
  readonly identity: string;
  readonly state: IdentityState;
  readonly createdAt: number;
  /** The last moment at which an activation is granted. */
  readonly activationUntil: number;
  readonly activatedAt: number | null;
  /** When the CIK that it was given was first used; null: not yet, it may not have arrived. */
  readonly cikUsedAt: number | null;
}

export interface IdentitiesAnswer {
  readonly identities: readonly IdentityAnswer[];
  readonly next: string | null;
}

export type EventKind =
  | "created"
  | "reenabled"
  | "activated"
  | "activation-refused"
  | "command-written"
  | "content-downloaded"
  | "first-value";

/** Something that happened to a device. */
export interface EventAnswer {
  /** Sorts by time; the cursor of the next page. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: EventKind;
  readonly detail: EventDetail;
}

/** `alias` for values, `content` and `complete` for downloads, `reason` for refusals and repeated activations. */
export interface EventDetail {
  readonly alias?: string;
  readonly content?: string;
  readonly complete?: boolean;
  readonly reason?: string;
}

export interface EventsAnswer {
  readonly events: readonly EventAnswer[];
  readonly next: string | null;
}
