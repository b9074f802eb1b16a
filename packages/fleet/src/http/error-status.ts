import { GatewayEngineError } from "@gateway-engine/core/errors";

/** The HTTP status that an error is answered with. What is not the client's doing is 5xx. */
export function httpStatusFor(error: unknown): number {
  if (error instanceof GatewayEngineError) return STATUS_OF_CODE[error.code] ?? 500;
  // Fastify's own errors carry their status.
  if (error instanceof Error && "statusCode" in error && typeof error.statusCode === "number") return error.statusCode;
  return 500;
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  E_REQUEST: 400,
  E_UNAUTHORIZED: 401,
  E_NOT_ACTIVATED: 401,
  E_FORBIDDEN: 403,
  E_NOT_FOUND: 404,
  E_EXISTS: 409,
  E_NOT_SETTABLE: 409,
  E_ACTIVATION_REFUSED: 409,
  E_TOO_LARGE: 413,
  E_DISK_FULL: 507,
};
