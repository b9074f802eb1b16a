/** Remote methods, called from within: the pages can do what supervisorctl can, and are refused what it is refused. */
import type { Dispatcher } from "../rpc/dispatcher.ts";
import { RpcFault } from "../rpc/fault.ts";
import { FAULTS, type FaultName } from "../xmlrpc/faults.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";

/** @throws RpcFault */
export type Call = (method: string, ...params: readonly XmlRpcValue[]) => Promise<XmlRpcValue>;

/** @param signal aborts when nobody waits any more */
export function callsOf(dispatcher: Pick<Dispatcher, "answer">, signal: AbortSignal): Call {
  return async (method, ...params) => {
    const answer = await dispatcher.answer({ method: `supervisor.${method}`, params }, signal);
    if (answer.kind === "value") return answer.value;
    throw new RpcFault(faultName(answer.fault.code));
  };
}

/** What is neither a text nor a number is shown as nothing. */
export function textOf(value: XmlRpcValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function faultName(code: number): FaultName {
  const names = Object.keys(FAULTS) as FaultName[];
  return names.find((name) => FAULTS[name] === code) ?? "FAILED";
}
