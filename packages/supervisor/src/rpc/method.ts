/** What a remote method is, and how its parameters are checked. */
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";

export type RpcType = "string" | "int" | "boolean" | "array" | "struct";

export interface RpcParameter {
  readonly name: string;
  readonly type: RpcType;
  readonly about: string;
  /** Makes the parameter optional. */
  readonly otherwise?: XmlRpcValue;
}

export interface RpcMethod {
  readonly help: string;
  readonly params: readonly RpcParameter[];
  readonly returns: RpcType;
  /** `signal` aborts when nobody waits for the answer any more. Refusals are thrown as RpcFault. */
  readonly call: (args: Arguments, signal: AbortSignal) => XmlRpcValue | Promise<XmlRpcValue>;
}

/** By their names on the wire, such as `supervisor.getState`. */
export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/** The parameters of one call, by name. */
export class Arguments {
  readonly #values: ReadonlyMap<string, XmlRpcValue>;

  /** @throws RpcFault INCORRECT_PARAMETERS when there are too many or too few */
  constructor(params: readonly RpcParameter[], given: readonly XmlRpcValue[]) {
    if (given.length > params.length) throw new RpcFault("INCORRECT_PARAMETERS");
    this.#values = new Map(
      params.map((param, index) => {
        const value = given[index] ?? param.otherwise;
        if (value === undefined) throw new RpcFault("INCORRECT_PARAMETERS");
        return [param.name, value];
      }),
    );
  }

  /** A number is taken as the text that it is written with. */
  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw new RpcFault("INCORRECT_PARAMETERS", name);
  }

  int(name: string): number {
    const value = Number(this.#values.get(name));
    if (!Number.isInteger(value)) throw new RpcFault("INCORRECT_PARAMETERS", name);
    return value;
  }

  flag(name: string): boolean {
    return Boolean(this.#values.get(name));
  }

  value(name: string): XmlRpcValue {
    return this.#values.get(name) ?? null;
  }
}

export const NAME: RpcParameter = { name: "name", type: "string", about: "the process, or group:process" };
export const GROUP_NAME: RpcParameter = { name: "name", type: "string", about: "the group" };
export const OFFSET: RpcParameter = {
  name: "offset",
  type: "int",
  about: "where to begin; from the end when negative",
};
export const LENGTH: RpcParameter = { name: "length", type: "int", about: "how many bytes" };
