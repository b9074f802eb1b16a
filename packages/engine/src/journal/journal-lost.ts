import { GatewayEngineError } from "@gateway-engine/core/errors";

/** Nothing that is written down now will be found by the next engine: this one has to end. */
export function isJournalLost(error: unknown): error is GatewayEngineError {
  return error instanceof GatewayEngineError && error.code === "E_JOURNAL_LOST";
}
