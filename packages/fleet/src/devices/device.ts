import type { IdentityState } from "@gateway-engine/protocol/fleet-api/identities";

/** Which device: identities are unique within a product. */
export interface DeviceKey {
  readonly product: string;
  readonly identity: string;
}

/** An identity that the server knows, and whether it may activate. Times are milliseconds since 1970. */
export interface Device extends DeviceKey {
  readonly state: IdentityState;
  readonly createdAt: number;
  /** The last moment at which an activation is granted. */
  readonly activationUntil: number;
  readonly activatedAt: number | null;
  /** When the CIK that it has was first used; null until then. */
  readonly cikUsedAt: number | null;
}

/** How long after an identity is created or enabled again it may activate. */
export const ACTIVATION_WINDOW_MS: number = 24 * 60 * 60 * 1000;

/**
 * Why a device may not activate now: once it has used its CIK it may not do so again, until a person enables it again,
 * so that a second box with the same identity cannot take its place. A CIK that was never used may not have arrived.
 *
 * @returns undefined when it may
 */
export function activationRefusal(device: Device, now: number): string | undefined {
  if (device.state === "activated" && device.cikUsedAt !== null)
    return "it is already activated; enable it again first";
  if (now > device.activationUntil) return "its activation window is over; enable it again first";
  return undefined;
}
