/** Finds the method of a call, checks whether it may be called now, and makes an answer of what comes of it. */
import type { MethodCall, MethodResponse, XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";
import { Arguments, type RpcMethods } from "./method.ts";
import { systemMethods } from "./system-methods.ts";

export interface DispatcherOptions {
  readonly methods: RpcMethods;
  /** While false, every method of `supervisor.` is refused. */
  readonly isRunning: () => boolean;
}

export class Dispatcher {
  readonly #methods: RpcMethods;
  readonly #isRunning: () => boolean;

  constructor({ methods, isRunning }: DispatcherOptions) {
    this.#isRunning = isRunning;
    const describe = () => this.#methods;
    this.#methods = { ...methods, ...systemMethods(describe, (call, signal) => this.answer(call, signal)) };
  }

  /** Anything but a refusal is thrown on: it is a bug, and the transport's to report. */
  async answer(call: MethodCall, signal: AbortSignal): Promise<MethodResponse> {
    try {
      return { kind: "value", value: await this.#call(call, signal) };
    } catch (error) {
      if (error instanceof RpcFault) return { kind: "fault", fault: error.fault };
      throw error;
    }
  }

  async #call({ method: name, params }: MethodCall, signal: AbortSignal): Promise<XmlRpcValue> {
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
    if (method === undefined) throw new RpcFault("UNKNOWN_METHOD");
    const mayEndLater = name.startsWith("system.") || name === "supervisor.sendRemoteCommEvent";
    if (!mayEndLater && !this.#isRunning()) throw new RpcFault("SHUTDOWN_STATE");
    return method.call(new Arguments(method.params, params), signal);
  }
}
