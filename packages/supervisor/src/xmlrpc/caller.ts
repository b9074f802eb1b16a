/** One call of a remote method over HTTP: the part that supervisorctl and the engine's client share. */
import {
  AuthenticationError,
  BugError,
  GatewayEngineError,
  ProgramError,
  TransportError,
} from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { formatMethodCall } from "./format.ts";
import { DEFAULT_LIMITS, parseMethodResponse } from "./parse.ts";
import type { XmlRpcFault, XmlRpcValue } from "./value.ts";

export interface XmlRpcServer {
  /** `http://host:port`, or any name where `socketPath` says what to connect to. */
  readonly url: string;
  readonly socketPath?: string;
  readonly credentials?: Credentials;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface CallOptions {
  /** Longest wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface XmlRpcCaller {
  /**
   * @throws ProgramError E_SUPERVISOR_FAULT (details: method, fault, faultCode) or E_SUPERVISOR_UNREACHABLE;
   * AuthenticationError E_UNAUTHORIZED; TransportError E_TIMEOUT, E_SERVER or E_RESPONSE_INVALID; CancelledError
   */
  call(method: string, params: readonly XmlRpcValue[], options: CallOptions): Promise<XmlRpcValue>;
}

export function createXmlRpcCaller(http: HttpClient, server: XmlRpcServer): XmlRpcCaller {
  const address = server.socketPath ?? server.url;
  return {
    async call(method, params, options) {
      const xml = await post(http, server, formatMethodCall({ method, params }), options);
      const answer = parseMethodResponse(xml);
      if (!answer.ok) {
        const problem = `the answer to ${method} is not XML-RPC: ${answer.problem}`;
        throw new TransportError("E_RESPONSE_INVALID", { server: address, problem });
      }
      if (answer.value.kind === "value") return answer.value.value;
      const { text: fault, code: faultCode } = answer.value.fault;
      throw new ProgramError("E_SUPERVISOR_FAULT", { method, fault, faultCode });
    },
  };
}

/** The fault that `error` stands for, if it stands for one. */
export function faultOf(error: unknown): XmlRpcFault | undefined {
  if (!(error instanceof ProgramError) || error.code !== "E_SUPERVISOR_FAULT") return undefined;
  return { code: Number(error.details["faultCode"]), text: String(error.details["fault"]) };
}

/** The headers that identify us to a server with a password. */
export function authorization(credentials: Credentials | undefined): Readonly<Record<string, string>> {
  if (credentials === undefined) return {};
  const { username, password } = credentials;
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

/** What failed on the way to `address`, as the supervisor's own errors; a limit of time and a cancellation stay what they are. */
export function unreachable(cause: unknown, address: string): GatewayEngineError {
  if (!(cause instanceof GatewayEngineError)) {
    return new BugError("E_BUG", { problem: `calling ${address} failed unexpectedly` }, { cause });
  }
  if (cause.code !== "E_UNREACHABLE") return cause;
  const reason = String(cause.details["reason"]);
  return new ProgramError("E_SUPERVISOR_UNREACHABLE", { socket: address, reason }, { cause: cause.cause });
}

/** What the answer's status says, when it is not the 200 that even a fault comes with. */
function refusal(status: number, address: string, what: string): GatewayEngineError {
  if (status === 401) {
    const problem = `the supervisor at ${address} wants another user name and password`;
    return new AuthenticationError("E_UNAUTHORIZED", { problem });
  }
  return new TransportError("E_SERVER", { server: address, status, what });
}

async function post(http: HttpClient, server: XmlRpcServer, body: string, options: CallOptions): Promise<string> {
  const address = server.socketPath ?? server.url;
  try {
    const response = await http.request({
      method: "POST",
      url: `${server.url}/RPC2`,
      ...(server.socketPath === undefined ? {} : { socketPath: server.socketPath }),
      headers: { "Content-Type": "text/xml", Accept: "text/xml", ...authorization(server.credentials) },
      body,
      ...options,
    });
    if (response.status === 200) return await response.text(DEFAULT_LIMITS.maxLength);
    response.discard();
    throw refusal(response.status, address, "POST /RPC2");
  } catch (error) {
    throw unreachable(error, address);
  }
}
