import { PAGE_QUERY } from "@gateway-engine/protocol/fleet-api/common";
import {
  type EventsAnswer,
  type IdentitiesAnswer,
  type IdentityAnswer,
  NEW_IDENTITY,
  REENABLE_BODY,
} from "@gateway-engine/protocol/fleet-api/identities";
import { IDENTITY_PARAMS, type ManagementScope, PRODUCT_PARAMS, toPageRequest } from "../../http/management-scope.ts";
import type { DeviceService } from "../device-service.ts";

export function addIdentityRoutes(scope: ManagementScope, devices: DeviceService): void {
  const identities = "/products/:product/identities";
  const identity = `${identities}/:identity`;

  scope.get(
    identities,
    { schema: { params: PRODUCT_PARAMS, querystring: PAGE_QUERY } },
    async (request): Promise<IdentitiesAnswer> => {
      const { entries, next } = await devices.list(request.params.product, toPageRequest(request.query));
      return { identities: entries, next };
    },
  );

  scope.post(identities, { schema: { params: PRODUCT_PARAMS, body: NEW_IDENTITY } }, async (request, reply) => {
    const created: IdentityAnswer = await devices.create({
      product: request.params.product,
      identity: request.body.identity,
    });
    return reply.code(201).send(created);
  });

  scope.get(
    identity,
    { schema: { params: IDENTITY_PARAMS } },
    (request): Promise<IdentityAnswer> => devices.get(request.params),
  );

  scope.delete(identity, { schema: { params: IDENTITY_PARAMS } }, async (request, reply) => {
    await devices.remove(request.params);
    return reply.code(204).send();
  });

  scope.post(
    `${identity}/reenable`,
    {
      schema: { params: IDENTITY_PARAMS, body: REENABLE_BODY },
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    (request): Promise<IdentityAnswer> => devices.reenable(request.params, request.body.revoke ?? false),
  );

  scope.get(
    `${identity}/events`,
    { schema: { params: IDENTITY_PARAMS, querystring: PAGE_QUERY } },
    async (request): Promise<EventsAnswer> => {
      const { entries, next } = await devices.events(request.params, toPageRequest(request.query));
      return { events: entries, next };
    },
  );
}
