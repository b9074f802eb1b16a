/** Errors that no action expects, in the form in which the original shows Python's exceptions. */
import { describeError, GatewayEngineError } from "@gateway-engine/core/errors";
import { pythonRepr } from "../config/python-repr.ts";
import { faultOf } from "../xmlrpc/caller.ts";
import { connectionProblem } from "./session.ts";

export function describeUnexpected(error: unknown): string {
  const fault = faultOf(error);
  if (fault !== undefined) {
    return `error: <class 'xmlrpc.client.Fault'>, <Fault ${fault.code}: ${pythonRepr(fault.text)}>`;
  }
  if (isUnauthorized(error)) {
    return "error: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>";
  }
  const reason = connectionProblem(error);
  return `error: ${(reason === undefined ? undefined : CONNECTION_ERRORS[reason]) ?? describeError(error)}`;
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof GatewayEngineError && error.code === "E_UNAUTHORIZED";
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "<class 'FileNotFoundError'>, [Errno 2] No such file or directory",
  ECONNREFUSED: "<class 'ConnectionRefusedError'>, [Errno 111] Connection refused",
  EACCES: "<class 'PermissionError'>, [Errno 13] Permission denied",
};
