import { TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { errnoReason } from "@gateway-engine/platform/errno";
import { runLine } from "../../src/ctl/run.ts";
import { CtlSession, type SessionDeps } from "../../src/ctl/session.ts";
import { makeFault } from "../../src/xmlrpc/faults.ts";
import { formatFault, formatMethodResponse } from "../../src/xmlrpc/format.ts";
import { parseMethodCall } from "../../src/xmlrpc/parse.ts";
import { isStruct, type XmlRpcFault, type XmlRpcValue } from "../../src/xmlrpc/value.ts";

export type ScriptedAnswer = XmlRpcValue | { readonly fault: XmlRpcFault };

/** Answers by method and first parameter, such as `startProcess cat`, or by method alone. */
export type Script = Readonly<Record<string, ScriptedAnswer>>;

export interface RunOutcome {
  readonly output: string;
  readonly exitCode: number;
  /** The calls that were made, `getVersion` left out. */
  readonly calls: readonly string[];
}

/** Runs one line of supervisorctl at a supervisord that says what the script says. */
export async function runScripted(line: string, script: Script, deps: Partial<SessionDeps> = {}): Promise<RunOutcome> {
  let output = "";
  const calls: string[] = [];
  const session = new CtlSession(
    {
      http: scriptedHttp(script, calls),
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
      complain: (text) => {
        output += `stderr: ${text}\n`;
      },
      ask: () => Promise.resolve(undefined),
      untilInterrupted: (work) => work(new AbortController().signal),
      interactive: false,
      ...deps,
    },
    { url: "unix:///demo/sup.sock", username: undefined, password: undefined },
  );
  await runLine(session, line);
  return { output, exitCode: session.exitCode, calls };
}

/** A line that cannot be reached, for the reason that `code` names. */
export function brokenHttp(code: string): HttpClient {
  const cause = Object.assign(new Error(code), { code });
  const error = new TransportError("E_UNREACHABLE", { server: "x", reason: errnoReason(cause) }, { cause });
  return { request: () => Promise.reject(error) };
}

/** A server that answers every request with this status. */
export function refusingHttp(status: number): HttpClient {
  return { request: () => Promise.resolve(response(status, "")) };
}

function scriptedHttp(script: Script, calls: string[]): HttpClient {
  return { request: (request) => Promise.resolve(response(200, answer(request, script, calls))) };
}

function answer(request: HttpRequest, script: Script, calls: string[]): string {
  const call = parseMethodCall(typeof request.body === "string" ? request.body : "");
  if (!call.ok) throw new Error(call.problem);
  const method = call.value.method.replace(/^supervisor\./, "");
  const params = call.value.params.map((param) => (typeof param === "string" ? param : JSON.stringify(param)));
  const shown = [method, ...params].join(" ");
  if (method === "getVersion") return formatAnswer(script["getVersion"] ?? "3.0");
  calls.push(shown);
  const key = [shown, `${method} ${params[0]}`, method].find((candidate) => candidate in script);
  const scripted = key === undefined ? undefined : script[key];
  return formatAnswer(scripted ?? { fault: makeFault("UNKNOWN_METHOD") });
}

function formatAnswer(scripted: ScriptedAnswer): string {
  const isFault = (value: ScriptedAnswer): value is { readonly fault: XmlRpcFault } =>
    isStruct(value) && "fault" in (value as object);
  return isFault(scripted) ? formatFault(scripted.fault) : formatMethodResponse(scripted);
}

function response(status: number, body: string): HttpResponse {
  const bytes = new TextEncoder().encode(body);
  return {
    status,
    headers: {},
    body: (async function* () {
      yield bytes;
    })(),
    bytes: () => Promise.resolve(bytes),
    text: () => Promise.resolve(body),
    discard: () => {},
  };
}
