import type { Clock } from "@gateway-engine/core/clock";
import { AuthenticationError, UsageError } from "@gateway-engine/core/errors";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { parseForm } from "@gateway-engine/protocol/form";
import type { FastifyInstance } from "fastify";
import { bodyOf, sendText } from "../../http/device-scope.ts";
import { routePath } from "../../http/route-path.ts";
import { parseActivation } from "../activation-request.ts";
import type { DeviceService } from "../device-service.ts";

export interface ActivationRouteDeps {
  readonly devices: Pick<DeviceService, "activate">;
  readonly clock: Pick<Clock, "now">;
}

/** What a device may ask before it has a CIK: the time, and a CIK. */
export function addActivationRoutes(scope: FastifyInstance, { devices, clock }: ActivationRouteDeps): void {
  scope.get(routePath(DEVICE_API_PATHS.timestamp), (_request, reply) =>
    sendText(reply, String(Math.floor(clock.now() / 1000))),
  );

  scope.post(routePath(DEVICE_API_PATHS.activate), async (request, reply) => {
    const activation = parseActivation(parseForm(bodyOf(request)), request.headers.host ?? "");
    if (activation === undefined) throw new UsageError("E_REQUEST", { field: "body", problem: "must hold sn= or id=" });
    const outcome = await devices.activate(activation);
    if (outcome.kind === "activated") return sendText(reply, outcome.cik);
    const { identity } = activation;
    throw new AuthenticationError("E_ACTIVATION_REFUSED", { server: "this server", identity, reason: outcome.reason });
  });
}
