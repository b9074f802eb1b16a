import type { Clock } from "@gateway-engine/core/clock";
import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { HistoryEntry, InstallProgress } from "@gateway-engine/protocol/local-control";
import { titleOf } from "../journal/orders.ts";
import type { ControlClient } from "./control-client.ts";

export interface WatchedOrders {
  /** What an engine says of orders that it has in its journal; it may break off. */
  readonly steps: AsyncIterable<InstallProgress>;
  /** @see titleOf */
  readonly titles: readonly string[];
  readonly engine: Pick<ControlClient, "history">;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly signal: AbortSignal;
}

/**
 * Every order to its `done`, also when the engine ends before: an engine that replaces itself is started again, and the one
 * that comes after it has the same journal.
 *
 * @throws what the line answered, when no engine answers for two minutes
 */
export async function* toTheEnd(orders: WatchedOrders): AsyncGenerator<InstallProgress> {
  const pending = new Set(orders.titles);
  try {
    for await (const step of orders.steps) {
      if (step.kind === "done") pending.delete(step.name);
      yield step;
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
  if (pending.size > 0) yield* fromJournal(orders, pending);
}

async function* fromJournal(
  { engine, clock, signal }: WatchedOrders,
  pending: Set<string>,
): AsyncGenerator<InstallProgress> {
  const told = new Map<string, string>();
  for (let answeredAt = clock.monotonic(); pending.size > 0; ) {
    await clock.sleep(LOOK_MS, signal);
    try {
      const { orders } = await engine.history({ limit: LAST_ORDERS }, signal);
      answeredAt = clock.monotonic();
      for (const name of [...pending]) {
        const entry = orders.findLast((order) => order.source === "local" && titleOf(order) === name);
        if (entry === undefined) continue;
        if (told.get(name) !== entry.state) yield { kind: "state", name, state: entry.state, message: entry.message };
        told.set(name, entry.state);
        if (!ENDS.has(entry.state)) continue;
        pending.delete(name);
        yield endOf(name, entry);
      }
    } catch (error) {
      if (!isUnreachable(error) || clock.monotonic() - answeredAt > PATIENCE_MS) throw error;
    }
  }
}

function endOf(name: string, { state, message }: HistoryEntry): InstallProgress {
  return { kind: "done", name, ok: state === "committed" || state === "done", message };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof GatewayEngineError && error.code === "E_UNREACHABLE";
}

/** States after which nothing comes, of installs and of other orders. */
const ENDS: ReadonlySet<string> = new Set(["committed", "rolled-back", "failed", "done"]);

const LOOK_MS = 250;
/** A release that does not come up is tried twice before the one before it is started again. */
const PATIENCE_MS = 120_000;
const LAST_ORDERS = 200;
