/**
 * What XML-RPC can say, in JavaScript's own types.
 *
 * A whole number of 32 bits travels as `<int>`, every other number as `<double>`; `null` as the common extension `<nil/>`.
 *
 * @see http://xmlrpc.com/spec.md
 */
export type XmlRpcValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | XmlRpcDateTime
  | readonly XmlRpcValue[]
  | XmlRpcStruct;

export interface XmlRpcStruct {
  readonly [name: string]: XmlRpcValue;
}

/** `dateTime.iso8601`: a time without a zone, so only the two sides know what it means. Kept as it is written. */
export class XmlRpcDateTime {
  /** For example `20261122T21:49:25`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface MethodCall {
  /** For example `supervisor.getState`. */
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

export interface XmlRpcFault {
  readonly code: number;
  readonly text: string;
}

export type MethodResponse =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly fault: XmlRpcFault };

export function isStruct(value: XmlRpcValue | undefined): value is XmlRpcStruct {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof XmlRpcDateTime)
  );
}

export function isArray(value: XmlRpcValue | undefined): value is readonly XmlRpcValue[] {
  return Array.isArray(value);
}
