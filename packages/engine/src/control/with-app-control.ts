/**
 * What somebody on the gateway may ask and order about applications: of the running engine through its socket, or, when
 * none runs, of the same code in this process, under the engine's lock.
 *
 * @example
 * const apps = await withAppControl({ environment, signal, write }, (control) => control.apps(signal));
 */
import { GatewayEngineError } from "@gateway-engine/core/errors";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { systemClock } from "@gateway-engine/platform/clock";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { Environment } from "../environment.ts";
import { orderedThing, titleOf } from "../journal/orders.ts";
import { type AppControl, readOrders } from "./app-control.ts";
import { type ControlClient, createControlClient } from "./control-client.ts";
import { toTheEnd } from "./to-the-end.ts";

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
    if (await answers(engine, options.signal)) return await work(controlOf(engine));
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

function controlOf(engine: ControlClient): AppControl {
  return {
    apps: (signal) => engine.apps(signal),
    history: (query, signal) => engine.history(query, signal),
    traffic: (query, signal) => engine.traffic(query, signal),
    order: async (command, onProgress, signal) => {
      const titles = readOrders(command).map((order) => titleOf(orderedThing(order)));
      const steps = await engine.order(command, signal);
      const orders = { steps, titles, engine, clock: systemClock, signal };
      for await (const progress of toTheEnd(orders)) onProgress(progress);
    },
  };
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
