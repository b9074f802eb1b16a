/** A row of the gallery: a package that must do no harm, how it is ordered, and what has to be said of it. */
import type { InstallOrder } from "@gateway-engine/protocol/engine-orders";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import type { ContentLie } from "../../support/cloud.ts";

/** What an exhibit may aim at. */
export interface Target {
  /** GWE_ROOT. */
  readonly root: string;
  /** A folder beside GWE_ROOT that belongs to nobody here. */
  readonly canary: string;
  /** The way to it from where a package is unpacked. */
  readonly wayToCanary: string;
}

export interface Exhibit {
  readonly what: string;
  readonly make: (target: Target) => PackageFixture;
  /** What the order says besides the name. */
  readonly order?: (bytes: Uint8Array) => Omit<InstallOrder, "name">;
  /** How the server tells untruths about the content, or changes it. */
  readonly lie?: (fixture: PackageFixture) => ContentLie;
  /** Seconds since 1970, as the server tells them; the truth unless told. */
  readonly serverTime?: number;
  /** Shown among the system tests: it takes its time, or needs root or a machine that it cannot harm. */
  readonly needs?: "time" | "root";
  readonly expected: Expectation;
}

export interface Expectation {
  readonly status: FetchStatus["status"];
  /** Undefined: the report has none. */
  readonly code: string | undefined;
  readonly state: "failed" | "rolled-back" | undefined;
  /** Part of the message. */
  readonly says: string;
  /** Part of what the script printed. */
  readonly prints?: string;
}

export interface ExhibitClass {
  readonly name: string;
  readonly exhibits: readonly Exhibit[];
}

/** Refused while the package is looked at: nothing of it has run. */
export function refused(code: string, says: string): Expectation {
  return { status: "rejected", code, state: "failed", says };
}

/** Taken, and its script has run and failed by itself: what looks strange about the package is allowed, and does no harm. */
export function endsWith(exitStatus: number): Expectation {
  const says = `exit status ${exitStatus}`;
  return { status: "failed", code: "E_INSTALL_SCRIPT", state: "rolled-back", says };
}
