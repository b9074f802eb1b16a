/**
 * The errors of Gateway Engine: one base class, stable codes, and one subclass for each way a caller can react.
 *
 * Errors are wrapped once, at a module's edge, with the original as `cause`.
 */
import { ERROR_CODES, type ErrorCode } from "./error-codes.ts";

export type ErrorDetails = Readonly<Record<string, string | number>>;

export abstract class GatewayEngineError extends Error {
  abstract readonly kind:
    | "usage"
    | "configuration"
    | "authentication"
    | "transport"
    | "storage"
    | "program"
    | "package"
    | "install"
    | "cancelled"
    | "bug";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails, options?: ErrorOptions) {
    super(fillIn(ERROR_CODES[code], details), options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The caller asked for something that does not exist; the message says what does. */
export class UsageError extends GatewayEngineError {
  readonly kind = "usage";
}

/** A person has to mend a file or a setting; trying again changes nothing. */
export class ConfigError extends GatewayEngineError {
  readonly kind = "configuration";
}

/** The other side does not know us, or we are not allowed. Activating again may help. */
export class AuthenticationError extends GatewayEngineError {
  readonly kind = "authentication";
}

/** The line or the other side failed; the same call may go through later. */
export class TransportError extends GatewayEngineError {
  readonly kind = "transport";
}

/** A disk, a file or a database failed. */
export class StorageError extends GatewayEngineError {
  readonly kind = "storage";
}

/** A supervised process, or the supervisor, did not do what it should. */
export class ProgramError extends GatewayEngineError {
  readonly kind = "program";
}

/** An application package may not be installed; another one is needed. */
export class PackageError extends GatewayEngineError {
  readonly kind = "package";
}

/** An installation failed; the reason belongs into `fetch_status`. */
export class InstallError extends GatewayEngineError {
  readonly kind = "install";
}

/** We were told to stop; nothing went wrong. */
export class CancelledError extends GatewayEngineError {
  readonly kind = "cancelled";
}

/** A state that our own code rules out. */
export class BugError extends GatewayEngineError {
  readonly kind = "bug";
}

/** The one place that decides whether the same call may go through later. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof GatewayEngineError)) return false;
  if (error.kind === "transport") return error.code !== "E_PORT_IN_USE" && error.code !== "E_REFUSED";
  return error.code === "E_DISK_FULL" || error.code === "E_LOCKED";
}

/** How long the other side asked to wait before the next try, in milliseconds; 0 when it did not ask. */
export function retryAfterMs(error: unknown): number {
  const asked = error instanceof GatewayEngineError ? error.details["retryAfterMs"] : undefined;
  return typeof asked === "number" ? asked : 0;
}

/** One line for a person. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof GatewayEngineError) return error.message;
  return error.message === "" ? error.name : error.message;
}

/** Whether `error` is our fault: one that says so, or one that nobody expected. */
export function isBug(error: unknown): boolean {
  return !(error instanceof GatewayEngineError) || error.kind === "bug";
}

/** The message and the place in the code, for the log of something that nobody expected. */
export function errorTrace(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * What a program prints on standard error when it ends because of `error`: one line, and for a bug of ours its place in
 * the code, which its reader will want to send us.
 */
export function failureText(program: string, error: unknown): string {
  const place = isBug(error) && error instanceof Error ? `${errorTrace(error)}\n` : "";
  return `${program}: ${describeError(error)}\n${place}`;
}

/**
 * Exit status of a program that ends because of `error`, after sysexits(3), so that scripts can tell the cases apart.
 */
export function exitCodeFor(error: unknown): number {
  if (!(error instanceof GatewayEngineError)) return EX_SOFTWARE;
  switch (error.kind) {
    case "usage":
      return error.code === "E_NOT_YET" ? EX_UNAVAILABLE : EX_USAGE;
    case "configuration":
      return EX_CONFIG;
    case "authentication":
      return EX_NOPERM;
    case "transport":
    case "program":
      return EX_UNAVAILABLE;
    case "storage":
      return EX_IOERR;
    case "package":
      return EX_DATAERR;
    case "install":
      return 1;
    case "cancelled":
      return EX_TEMPFAIL;
    case "bug":
      return EX_SOFTWARE;
  }
}

const EX_USAGE = 64;
const EX_DATAERR = 65;
const EX_UNAVAILABLE = 69;
const EX_SOFTWARE = 70;
const EX_IOERR = 74;
const EX_TEMPFAIL = 75;
const EX_NOPERM = 77;
const EX_CONFIG = 78;

function fillIn(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(details[name] ?? placeholder));
}
