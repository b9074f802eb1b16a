import { ERROR_CODES, type ErrorCode } from "@gateway-engine/core/error-codes";
import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { ErrorAnswer } from "@gateway-engine/protocol/fleet-api/common";
import type { FastifyError } from "fastify";
import { httpStatusFor } from "./error-status.ts";

/** The one form in which the management API refuses. What went wrong inside is for the log, not for the client. */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof GatewayEngineError) {
    if (error.code === "E_REQUEST")
      return requestError(String(error.details["field"]), String(error.details["problem"]));
    return { error: { code: error.code, message: error.message } };
  }
  if (!isFastifyError(error) || httpStatusFor(error) >= 500) {
    return { error: { code: "E_BUG", message: "internal error; the server's log says more" } };
  }
  const [violation] = error.validation ?? [];
  if (violation !== undefined) return requestError(...describeViolation(violation, error.validationContext ?? "body"));
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return requestError("Content-Type", "must be application/json");
    case "FST_ERR_BAD_URL":
      return requestError("path", "is not percent-encoded as it should be");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return { error: { code: "E_TOO_LARGE", message: "the request's body is too large" } };
    default:
      return requestError("body", `is not usable: ${error.message}`);
  }
}

type Violation = NonNullable<FastifyError["validation"]>[number];

/** Which field breaks the schema, and how. */
function describeViolation(violation: Violation, context: string): [field: string, problem: string] {
  const path = violation.instancePath.slice(1).replaceAll("/", ".");
  const { missingProperty, additionalProperty, allowedValues } = violation.params;
  const inside = (name: unknown) => (path === "" ? String(name) : `${path}.${String(name)}`);
  switch (violation.keyword) {
    case "required":
      return [inside(missingProperty), "is required"];
    case "additionalProperties":
      return [inside(additionalProperty), `is not a known ${context === "querystring" ? "parameter" : "field"}`];
    case "enum":
      return [path, `must be one of ${Array.isArray(allowedValues) ? allowedValues.join(", ") : "the known values"}`];
    default:
      return [path === "" ? context : path, violation.message ?? "is not valid"];
  }
}

function requestError(field: string, problem: string): ErrorAnswer {
  const code: ErrorCode = "E_REQUEST";
  const message = ERROR_CODES[code].replace("{field}", () => field).replace("{problem}", () => problem);
  return { error: { code, message, field } };
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "statusCode" in error && "code" in error;
}
