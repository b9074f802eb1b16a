/** XML to calls and answers: everything the specification allows, and nothing else. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { isStruct, type MethodCall, type MethodResponse, XmlRpcDateTime, type XmlRpcValue } from "./value.ts";
import { parseXml, type XmlElement, type XmlLimits } from "./xml.ts";

/** Enough for the longest log that supervisorctl asks for; far below what would hurt. */
export const DEFAULT_LIMITS: XmlLimits = { maxLength: 32 * 1024 * 1024, maxDepth: 256 };

/** @returns the call, or what is wrong with the document */
export function parseMethodCall(xml: string, limits: XmlLimits = DEFAULT_LIMITS): Result<MethodCall, string> {
  return readDocument(xml, limits, (root) => {
    if (root.name !== "methodCall") reject(`<methodCall> expected, not <${root.name}>`);
    const method = only(root, "methodName").text.trim();
    if (method === "") reject("<methodName> is empty");
    return { method, params: readParams(root) };
  });
}

/** @returns the answer, be it a value or a fault, or what is wrong with the document */
export function parseMethodResponse(xml: string, limits: XmlLimits = DEFAULT_LIMITS): Result<MethodResponse, string> {
  return readDocument(xml, limits, (root): MethodResponse => {
    if (root.name !== "methodResponse") reject(`<methodResponse> expected, not <${root.name}>`);
    const fault = root.children.find((child) => child.name === "fault");
    if (fault !== undefined) return readFault(fault);
    const [value, ...rest] = readParams(root);
    if (value === undefined || rest.length > 0) reject("an answer has exactly one value");
    return { kind: "value", value };
  });
}

/** Thrown at the first thing that is wrong; never leaves this file. */
class Rejection extends Error {}

function reject(problem: string): never {
  throw new Rejection(problem);
}

function readDocument<Value>(xml: string, limits: XmlLimits, read: (root: XmlElement) => Value): Result<Value, string> {
  const tree = parseXml(xml, limits);
  if (!tree.ok) return tree;
  try {
    return ok(read(tree.value));
  } catch (error) {
    if (error instanceof Rejection) return fail(error.message);
    throw error;
  }
}

function readParams(root: XmlElement): readonly XmlRpcValue[] {
  const params = root.children.find((child) => child.name === "params");
  return params === undefined ? [] : readEach(params, "param", (param) => readValue(only(param, "value")));
}

function readFault(fault: XmlElement): MethodResponse {
  const struct = readValue(only(fault, "value"));
  if (!isStruct(struct)) reject("<fault> holds no struct");
  const { faultCode: code, faultString: text } = struct;
  if (typeof code !== "number" || typeof text !== "string") reject("<fault> needs faultCode and faultString");
  return { kind: "fault", fault: { code, text } };
}

/** A value without a type inside is a string, blanks and all. */
function readValue(element: XmlElement): XmlRpcValue {
  const [typed, ...rest] = element.children;
  if (typed === undefined) return element.text;
  if (rest.length > 0 || element.text.trim() !== "") reject("<value> holds more than one thing");
  const read = Object.hasOwn(READERS, typed.name) ? READERS[typed.name] : undefined;
  if (read === undefined) reject(`<${typed.name}> is not a type of XML-RPC`);
  return read(typed);
}

const READERS: Readonly<Record<string, (element: XmlElement) => XmlRpcValue>> = {
  string: leaf,
  int: readInt,
  i4: readInt,
  i8: readInt,
  boolean: readBoolean,
  double: readDouble,
  "dateTime.iso8601": (element) => new XmlRpcDateTime(leaf(element).trim()),
  base64: readBase64,
  array: readArray,
  struct: readStruct,
  nil: () => null,
};

function readInt(element: XmlElement): number {
  const text = leaf(element).trim();
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) reject(`"${text}" is not a whole number`);
  return value;
}

function readBoolean(element: XmlElement): boolean {
  const text = leaf(element).trim();
  if (text !== "0" && text !== "1") reject(`"${text}" is not a boolean; 0 or 1 is expected`);
  return text === "1";
}

function readDouble(element: XmlElement): number {
  const text = leaf(element).trim();
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    reject(`"${text}" is not a number`);
  }
  return value;
}

function readBase64(element: XmlElement): Uint8Array {
  const text = leaf(element).replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) reject("<base64> holds other characters");
  return new Uint8Array(Buffer.from(text, "base64"));
}

function readArray(element: XmlElement): readonly XmlRpcValue[] {
  return readEach(only(element, "data"), "value", readValue);
}

function readStruct(element: XmlElement): XmlRpcValue {
  const members = readEach(element, "member", (member): [string, XmlRpcValue] => [
    leaf(only(member, "name")),
    readValue(only(member, "value")),
  ]);
  return Object.fromEntries(members);
}

function readEach<Value>(parent: XmlElement, name: string, read: (child: XmlElement) => Value): Value[] {
  if (parent.text.trim() !== "") reject(`<${parent.name}> holds text`);
  return parent.children.map((child) => {
    if (child.name !== name) reject(`<${child.name}> inside <${parent.name}>`);
    return read(child);
  });
}

function only(parent: XmlElement, name: string): XmlElement {
  const [found, ...rest] = parent.children.filter((child) => child.name === name);
  if (found === undefined || rest.length > 0) reject(`<${parent.name}> needs exactly one <${name}>`);
  return found;
}

function leaf(element: XmlElement): string {
  const child = element.children[0];
  if (child !== undefined) reject(`<${child.name}> inside <${element.name}>`);
  return element.text;
}
