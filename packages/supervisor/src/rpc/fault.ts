import { type FaultName, makeFault } from "../xmlrpc/faults.ts";
import type { XmlRpcFault } from "../xmlrpc/value.ts";

/** A method's refusal; it travels as an XML-RPC fault, which is an answer like any other. */
export class RpcFault extends Error {
  readonly fault: XmlRpcFault;

  constructor(name: FaultName, extra?: string) {
    const fault = makeFault(name, extra);
    super(fault.text);
    this.fault = fault;
  }
}
