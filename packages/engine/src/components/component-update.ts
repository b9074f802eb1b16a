import type { Component } from "@gateway-engine/artifact/app-manifest";
import { InstallError } from "@gateway-engine/core/errors";
import type { UnpackedRelease } from "../install/state.ts";

/** One part of the engine in one release, on its way to be put in force. */
export interface UpdateOrder {
  /** Id of the install. */
  readonly install: string;
  readonly component: Component;
  /** What the component's link has to hold. */
  readonly to: string;
  readonly release: UnpackedRelease;
}

/** How one of the engine's parts is replaced. Every method may be cut off anywhere, in either release, and called again. */
export interface ComponentUpdate {
  /** Asked before anything is unpacked. @returns why it cannot be replaced here, in words */
  problem?(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Puts the release in force and has its program run.
   *
   * @returns how that went, in words
   * @throws InstallError E_SELF_UPDATE when it is out of force again
   */
  switchTo(order: UpdateOrder, signal: AbortSignal): Promise<string>;
  /** Resolves as soon as the release is trusted. @throws InstallError E_SELF_UPDATE when it is not */
  watch(order: UpdateOrder, signal: AbortSignal): Promise<void>;
  /** Puts the release before in force again, and has its program run. */
  putBack(order: UpdateOrder, signal: AbortSignal): Promise<void>;
}

export function notKept({ component, release }: UpdateOrder, reason: string): InstallError {
  const { version } = release;
  return new InstallError("E_SELF_UPDATE", { component, version, reason });
}
