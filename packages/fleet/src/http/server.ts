import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Clock } from "@gateway-engine/core/clock";
import { type GatewayEngineError, TransportError, UsageError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { VERSION } from "@gateway-engine/core/version";
import { errnoCode, errnoReason } from "@gateway-engine/platform/errno";
import { FLEET_API_PREFIX, type HealthAnswer } from "@gateway-engine/protocol/fleet-api/common";
import { type FastifyReply, fastify } from "fastify";
import type { AdminToken } from "../admin/admin-token.ts";
import type { Bus } from "../bus/bus.ts";
import type { ContentService } from "../content/content-service.ts";
import { addContentRoutes } from "../content/http/content-routes.ts";
import { addDownloadRoutes } from "../content/http/download-routes.ts";
import type { DeviceService } from "../devices/device-service.ts";
import { addActivationRoutes } from "../devices/http/activation-routes.ts";
import { addIdentityRoutes } from "../devices/http/identity-routes.ts";
import { addProductRoutes } from "../products/http/product-routes.ts";
import type { ProductService } from "../products/product-service.ts";
import { addAliasRoutes } from "../values/http/alias-routes.ts";
import { addRecordRoutes } from "../values/http/record-routes.ts";
import { addValueRoutes } from "../values/http/value-routes.ts";
import type { MicrosecondClock } from "../values/microsecond-clock.ts";
import type { ValueService } from "../values/value-service.ts";
import { requireCik, speakDeviceApi } from "./device-scope.ts";
import { httpStatusFor } from "./error-status.ts";
import { toErrorAnswer } from "./management-errors.ts";
import { answerErrorsAsJson, type ManagementScope, readJsonBodies, requireAdminToken } from "./management-scope.ts";

export interface HttpServerDeps {
  readonly products: ProductService;
  readonly devices: DeviceService;
  readonly values: ValueService;
  readonly content: ContentService;
  readonly adminToken: AdminToken;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stamps: MicrosecondClock;
  readonly log: Logger;
}

/** The fleet server on HTTP: the Device API and the management API. */
export class FleetHttpServer {
  readonly #app: ManagementScope;
  readonly #clock: Clock;
  readonly #stopping: AbortController;

  constructor(deps: HttpServerDeps) {
    this.#clock = deps.clock;
    this.#stopping = new AbortController();
    this.#app = createApp(deps, this.#stopping.signal);
  }

  /** @returns the port. @throws TransportError E_PORT_IN_USE, E_UNREACHABLE */
  async listen(host: string, port: number): Promise<number> {
    try {
      await this.#app.listen({ host, port });
    } catch (cause) {
      throw listenError(cause, `${host}:${port}`);
    }
    const address = this.#app.server.address();
    return address !== null && typeof address === "object" ? address.port : port;
  }

  /** Ends long polls, lets other requests end until `deadlineMs` is over, then cuts them. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    const cut = this.#clock.after(deadlineMs, () => this.#app.server.closeAllConnections());
    await this.#app.close();
    cut.cancel();
  }
}

function createApp(deps: HttpServerDeps, stopping: AbortSignal): ManagementScope {
  const app = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = "/" }) => url.replace(ESCAPED_DEVICE_PATH, "/onep:"),
    frameworkErrors: (error, _request: unknown, reply: FastifyReply) => {
      void reply.code(httpStatusFor(error)).send(toErrorAnswer(error));
    },
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    bodyLimit: SMALL_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: LARGEST_HEADERS },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = MOST_CONNECTIONS;
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers({ ...BROWSER_HEADERS, "Cache-Control": "no-store" });
  });
  app.addHook("onSend", async (request, reply) => {
    if (reply.statusCode !== 413) return;
    // Closing on a client that is still sending can cost it the answer: a body of known length is read to its end.
    if (request.headers["content-length"] === undefined) return void reply.header("connection", "close");
    reply.removeHeader("connection");
    request.raw.resume();
  });
  answerErrorsAsJson(app, deps.log);
  app.setNotFoundHandler((request) => {
    throw new UsageError("E_NOT_FOUND", { what: `${request.method} ${request.url.split("?")[0]}` });
  });

  void app.register(async (scope) => {
    // No browser gets to see these answers, and a gateway pays for each of a thousand a day.
    scope.addHook("onRequest", async (_request, reply) => {
      for (const name of Object.keys(BROWSER_HEADERS)) reply.removeHeader(name);
    });
    speakDeviceApi(scope, deps.log);
    addActivationRoutes(scope, deps);
    void scope.register(async (authenticated) => {
      requireCik(authenticated, deps.devices);
      addAliasRoutes(authenticated, { ...deps, stopping });
      addRecordRoutes(authenticated, deps);
      addDownloadRoutes(authenticated, deps);
    });
  });
  void app.register(async (scope) => addManagementApi(scope, deps), { prefix: FLEET_API_PREFIX });
  return app;
}

function addManagementApi(scope: ManagementScope, deps: HttpServerDeps): void {
  scope.get("/health", async (): Promise<HealthAnswer> => ({ status: "ok", version: VERSION }));
  void scope.register(async (administrators: ManagementScope) => {
    requireAdminToken(administrators, deps.adminToken);
    readJsonBodies(administrators);
    addProductRoutes(administrators, deps.products);
    addIdentityRoutes(administrators, deps.devices);
    addValueRoutes(administrators, deps.values);
    addContentRoutes(administrators, deps.content);
  });
}

function listenError(cause: unknown, address: string): GatewayEngineError {
  if (errnoCode(cause) === "EADDRINUSE") {
    return new TransportError("E_PORT_IN_USE", { address, option: "--listen" }, { cause });
  }
  return new TransportError("E_LISTEN", { address, reason: errnoReason(cause), option: "--listen" }, { cause });
}

/** Nothing here is a page, and nothing of it is for a cache or another site. */
const BROWSER_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
} as const;

/** Some HTTP libraries escape the colon of the Device API's paths. */
const ESCAPED_DEVICE_PATH = /^\/onep%3a/i;

/** An identity of 256 characters, each four bytes long and escaped. */
const LONGEST_PARAMETER = 3072;
const SMALL_BODY = 64 * 1024;
const LARGEST_HEADERS = 16 * 1024;
const HEADERS_TIMEOUT_MS = 20_000;
/** For a whole request, the upload of content included. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Longer than the longest long poll. */
const SILENCE_TIMEOUT_MS = 330_000;
const MOST_CONNECTIONS = 10_000;
