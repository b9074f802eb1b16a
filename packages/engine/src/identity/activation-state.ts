import type { MonotonicMs } from "@gateway-engine/core/clock";

/** Whether the server knows this gateway. */
export type ActivationState =
  | {
      readonly kind: "inactive";
      /** The next try is not made before. */
      readonly tryAt: MonotonicMs;
    }
  | {
      readonly kind: "active";
      readonly cik: string;
      /** When the CIK was granted, if it has not worked yet; a CIK that was found in Gateway.cfg is taken to work. */
      readonly granted: MonotonicMs | "proven";
    };

export type ActivationEvent =
  /** Gateway.cfg holds a CIK. */
  | { readonly kind: "found"; readonly cik: string }
  /** Gateway.cfg does not say yet who this gateway is. */
  | { readonly kind: "unconfigured"; readonly at: MonotonicMs }
  | { readonly kind: "granted"; readonly cik: string; readonly at: MonotonicMs }
  | { readonly kind: "denied"; readonly at: MonotonicMs }
  /** The server took a request with this CIK. */
  | { readonly kind: "accepted"; readonly cik: string }
  /** The server refused a request with this CIK. */
  | { readonly kind: "unauthorized"; readonly cik: string; readonly at: MonotonicMs };

export const NOT_TRIED: ActivationState = { kind: "inactive", tryAt: Number.NEGATIVE_INFINITY };

/** How soon a gateway without configuration looks again whether it has one, in milliseconds. */
export const CONFIGURATION_POLL_MS = 2000;

/**
 * Where activation goes next. Total.
 *
 * After a CIK that had worked the next try is made at once; after a refusal, and after a fresh CIK that the server
 * then does not take, it waits for the retry interval, so that no disagreement becomes a storm of requests.
 */
export function nextActivation(
  state: ActivationState,
  event: ActivationEvent,
  { retryMs }: { readonly retryMs: number },
): ActivationState {
  switch (event.kind) {
    case "found":
      return { kind: "active", cik: event.cik, granted: "proven" };
    case "granted":
      return { kind: "active", cik: event.cik, granted: event.at };
    case "unconfigured":
      return state.kind === "inactive" ? { kind: "inactive", tryAt: event.at + CONFIGURATION_POLL_MS } : state;
    case "denied":
      return state.kind === "inactive" ? { kind: "inactive", tryAt: event.at + retryMs } : state;
    case "accepted":
      return state.kind === "active" && state.cik === event.cik ? { ...state, granted: "proven" } : state;
    case "unauthorized":
      if (state.kind === "inactive" || state.cik !== event.cik) return state;
      return { kind: "inactive", tryAt: state.granted === "proven" ? event.at : state.granted + retryMs };
  }
}
