import { AuthenticationError, describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { DEVICE_API_HEADERS, MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import { decodeFormText, type RawFormPair, splitForm } from "@gateway-engine/protocol/form";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Device } from "../devices/device.ts";
import type { DeviceService } from "../devices/device-service.ts";
import { httpStatusFor } from "./error-status.ts";

/**
 * Makes a scope speak like the Device API: bodies arrive as the bytes that were sent, whatever Content-Type
 * a device names or forgets, and errors are answered with one line of text.
 */
export function speakDeviceApi(scope: FastifyInstance, log: Logger): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  scope.addHook("onRequest", async (request) => {
    delete request.raw.headers["content-type"];
  });
  scope.setErrorHandler((error, request, reply) => {
    const status = httpStatusFor(error);
    if (status >= 500) log.error(`${request.method} ${request.url}: ${describeError(error)}`);
    return sendText(reply.code(status), status >= 500 ? "internal error" : describeError(error));
  });
}

/** Lets only requests with a device's CIK into this scope; `deviceOf` then says whose it is. */
export function requireCik(scope: FastifyInstance, devices: Pick<DeviceService, "authenticate">): void {
  scope.decorateRequest(DEVICE, null);
  scope.addHook("onRequest", async (request) => {
    const header = request.headers[DEVICE_API_HEADERS.cik.toLowerCase()];
    const device = await devices.authenticate(typeof header === "string" ? header.trim() : undefined);
    if (device === undefined) throw new AuthenticationError("E_NOT_ACTIVATED", {});
    request.setDecorator(DEVICE, device);
  });
}

export function deviceOf(request: FastifyRequest): Device {
  return request.getDecorator<Device>(DEVICE);
}

/** The body, or no bytes when there was none. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** The query as it stood in the request line. */
export function queryOf(request: FastifyRequest): readonly RawFormPair[] {
  const url = request.raw.url ?? "";
  const mark = url.indexOf("?");
  return mark === -1 ? [] : splitForm(url.slice(mark + 1));
}

/** A field of the query, decoded; empty when it is missing. */
export function queryField(request: FastifyRequest, name: string): string {
  const pair = queryOf(request).find((candidate) => decodeFormText(candidate.name) === name);
  return decodeFormText(pair?.value ?? "");
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

export function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/plain; charset=utf-8").send(text);
}

/** Room for several values of the largest size, or one whose every byte is escaped. */
export const DEVICE_BODY_LIMIT: number = 8 * MAX_VALUE_BYTES;

const DEVICE = "device";
