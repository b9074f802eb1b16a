import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { AuthenticationError, errorTrace } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import {
  ALIAS,
  CONTENT_ID,
  DEFAULT_PAGE_SIZE,
  IDENTITY,
  type PageQuery,
  PRODUCT_ID,
} from "@gateway-engine/protocol/fleet-api/common";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import { type TObject, type TString, Type } from "typebox";
import type { AdminToken } from "../admin/admin-token.ts";
import type { PageRequest } from "../page.ts";
import { httpStatusFor } from "./error-status.ts";
import { toErrorAnswer } from "./management-errors.ts";

/** A scope of the server whose routes derive the types of body, parameters and query from their schemas. */
export type ManagementScope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Answers errors of this scope as JSON. */
export function answerErrorsAsJson(scope: ManagementScope, log: Logger): void {
  scope.setErrorHandler((error, request, reply) => {
    const status = httpStatusFor(error);
    if (status >= 500) log.error(`${request.method} ${request.url}: ${errorTrace(error)}`);
    if (status === 401) reply.header("WWW-Authenticate", "Bearer");
    return reply.code(status).send(toErrorAnswer(error));
  });
}

/** JSON bodies; an empty one is none, whatever the Content-Type says. */
export function readJsonBodies(scope: ManagementScope): void {
  const parseJson = scope.getDefaultJsonParser("error", "error");
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
}

/** Lets only requests with the admin token into this scope. */
export function requireAdminToken(scope: ManagementScope, token: AdminToken): void {
  scope.addHook("onRequest", async (request: FastifyRequest) => {
    const [, candidate] = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? "") ?? [];
    if (candidate === undefined || !token.matches(candidate)) {
      const problem = "the management API needs the header Authorization: Bearer <admin token>";
      throw new AuthenticationError("E_UNAUTHORIZED", { problem });
    }
  });
}

export function toPageRequest({ limit, after }: PageQuery): PageRequest {
  return { limit: limit === undefined ? DEFAULT_PAGE_SIZE : Number(limit), ...(after === undefined ? {} : { after }) };
}

export const PRODUCT_PARAMS: TObject<{ product: TString }> = Type.Object({ product: PRODUCT_ID });

export const RESOURCE_PARAMS: TObject<{ product: TString; alias: TString }> = Type.Object({
  product: PRODUCT_ID,
  alias: ALIAS,
});

export const IDENTITY_PARAMS: TObject<{ product: TString; identity: TString }> = Type.Object({
  product: PRODUCT_ID,
  identity: IDENTITY,
});

export const VALUE_PARAMS: TObject<{ product: TString; identity: TString; alias: TString }> = Type.Object({
  product: PRODUCT_ID,
  identity: IDENTITY,
  alias: ALIAS,
});

export const CONTENT_PARAMS: TObject<{ product: TString; id: TString }> = Type.Object({
  product: PRODUCT_ID,
  id: CONTENT_ID,
});
