import type { AlertKind } from "./alert-rules.ts";

/**
 * An alert of the gateway was raised or cleared: what the alias `alert` holds, as JSON.
 *
 * @see docs/reference/alerts.md
 */
export interface AlertEvent {
  readonly kind: AlertKind;
  /** The mount point, the program, the sensor, ...; with `kind` it says which alert this is. */
  readonly what: string;
  readonly state: "raised" | "cleared";
  /** In the unit of the limit; null: there is nothing to measure any more. */
  readonly value: number | null;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** One line for a person. */
  readonly message: string;
}
