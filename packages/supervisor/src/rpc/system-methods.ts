/** The `system` namespace: what can be called, and several calls in one. */

import { makeFault } from "../xmlrpc/faults.ts";
import { isArray, isStruct, type MethodCall, type MethodResponse, type XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";
import type { RpcMethod, RpcMethods, RpcParameter } from "./method.ts";

const METHOD_NAME: RpcParameter = { name: "name", type: "string", about: "the method" };

export function systemMethods(
  methods: () => RpcMethods,
  answer: (call: MethodCall, signal: AbortSignal) => Promise<MethodResponse>,
): RpcMethods {
  const find = (name: string): RpcMethod => {
    const found = Object.hasOwn(methods(), name) ? methods()[name] : undefined;
    if (found === undefined) throw new RpcFault("SIGNATURE_UNSUPPORTED");
    return found;
  };
  return {
    "system.listMethods": {
      help: "Return the names of all methods.",
      params: [],
      returns: "array",
      call: () => Object.keys(methods()).sort(),
    },
    "system.methodHelp": {
      help: "Return what a method does.",
      params: [METHOD_NAME],
      returns: "string",
      call: (args) => describe(find(args.text("name"))),
    },
    "system.methodSignature": {
      help: "Return the types of a method: its answer's, then its parameters'.",
      params: [METHOD_NAME],
      returns: "array",
      call: (args) => {
        const { returns, params } = find(args.text("name"));
        return [returns, ...params.map(({ type }) => type)];
      },
    },
    "system.multicall": {
      help: "Make several calls, one after another; a refusal stands in the list as a struct with faultCode and faultString.",
      params: [{ name: "calls", type: "array", about: "structs with methodName and params" }],
      returns: "array",
      call: (args, signal) => multicall(args.value("calls"), answer, signal),
    },
  };
}

async function multicall(
  calls: XmlRpcValue,
  answer: (call: MethodCall, signal: AbortSignal) => Promise<MethodResponse>,
  signal: AbortSignal,
): Promise<XmlRpcValue> {
  if (!isArray(calls)) throw new RpcFault("INCORRECT_PARAMETERS", "calls");
  const results: XmlRpcValue[] = [];
  for (const call of calls) {
    const response = await answerOne(call, answer, signal);
    results.push(
      response.kind === "value" ? response.value : { faultCode: response.fault.code, faultString: response.fault.text },
    );
  }
  return results;
}

async function answerOne(
  call: XmlRpcValue,
  answer: (call: MethodCall, signal: AbortSignal) => Promise<MethodResponse>,
  signal: AbortSignal,
): Promise<MethodResponse> {
  const refuse = (why: string): MethodResponse => ({ kind: "fault", fault: makeFault("INCORRECT_PARAMETERS", why) });
  const method = isStruct(call) ? call["methodName"] : undefined;
  const params = isStruct(call) ? (call["params"] ?? []) : [];
  if (typeof method !== "string") return refuse("No methodName");
  if (method === "system.multicall") return refuse("Recursive system.multicall forbidden");
  return isArray(params) ? answer({ method, params }, signal) : refuse("params is no array");
}

/** Help in the form of the original's documentation comments, which some clients show as it is. */
function describe({ help, params, returns }: RpcMethod): string {
  const lines = params.map(({ type, name, about }) => ` @param ${type} ${name} ${about}`);
  return [` ${help}`, "", ...lines, ` @return ${returns} result`].join("\n");
}
