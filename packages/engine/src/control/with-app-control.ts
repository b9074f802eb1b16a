/**
 * What somebody on the gateway may ask and order about applications: of the running engine through its socket, or, when
 * none runs, of the same code in this process, under the engine's lock.
 *
 * @example
 * const apps = await withAppControl({ environment, signal, write }, (control) => control.apps(signal));
 */
import { GatewayEngineError } from "@gateway-engine/core/errors";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { Environment } from "../environment.ts";
import type { AppControl } from "./app-control.ts";
import { type ControlClient, createControlClient } from "./control-client.ts";

export type { AppControl };

export interface AppControlOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Takes the lines of the log, when this process does the work. */
  readonly write: (text: string) => void;
}

/** @throws StorageError E_LOCKED when an engine holds the gateway but does not answer; what `work` throws */
export async function withAppControl<Value>(
  options: AppControlOptions,
  work: (control: AppControl) => Promise<Value>,
): Promise<Value> {
  const http = createHttpClient();
  try {
    const socketPath = gatewayPaths(options.environment["GWE_ROOT"]).gweSocket;
    const engine = createControlClient({ http, socketPath });
    if (await answers(engine, options.signal)) return await work(engine);
  } finally {
    http.close();
  }
  const { openOwnAppControl } = await import("./own-app-control.ts");
  const { environment, signal, write } = options;
  const own = await openOwnAppControl({ environment, debugLevel: "ERROR", write }, signal);
  try {
    return await work(own.control);
  } finally {
    own.close();
  }
}

async function answers(engine: ControlClient, signal: AbortSignal): Promise<boolean> {
  try {
    await engine.identity(signal);
    return true;
  } catch (error) {
    if (error instanceof GatewayEngineError && error.code === "E_UNREACHABLE") return false;
    throw error;
  }
}
