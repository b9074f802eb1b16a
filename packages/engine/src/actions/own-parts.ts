import { InstallError } from "@gateway-engine/core/errors";
import type { ActionVerb } from "@gateway-engine/protocol/engine-orders";
import { componentOf } from "../components/component-of.ts";

/** @returns why an order is refused that would take away what carries orders out; undefined: it is not about that */
export function ownPartProblem(verb: ActionVerb, app: string): InstallError | undefined {
  const part = componentOf(app);
  const isHarmless = verb !== "uninstall" && (part === "gmq" || verb === "start");
  if (part === undefined || isHarmless) return undefined;
  const mend =
    "it is a part of the engine, and nothing could undo that from afar; do it on the gateway with supervisorctl";
  return new InstallError("E_NOT_ALLOWED", { what: `${verb} of ${app}`, mend });
}
