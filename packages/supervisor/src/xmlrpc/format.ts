/**
 * Values to XML, laid out exactly as Python's xmlrpc.client does it: clients exist that read it line by line.
 */
import { BugError } from "@gateway-engine/core/errors";
import { type MethodCall, XmlRpcDateTime, type XmlRpcFault, type XmlRpcValue } from "./value.ts";

export function formatMethodCall(call: MethodCall): string {
  const method = escapeText(call.method);
  return `${XML_HEAD}<methodCall>\n<methodName>${method}</methodName>\n${formatParams(call.params)}</methodCall>\n`;
}

export function formatMethodResponse(value: XmlRpcValue): string {
  return `${XML_HEAD}<methodResponse>\n${formatParams([value])}</methodResponse>\n`;
}

export function formatFault(fault: XmlRpcFault): string {
  const struct = formatValue({ faultCode: fault.code, faultString: fault.text });
  return `${XML_HEAD}<methodResponse>\n<fault>\n${struct}</fault>\n</methodResponse>\n`;
}

/** The text with every character that XML cannot hold replaced by U+FFFD. */
function replaceIllegalCharacters(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

const XML_HEAD = "<?xml version='1.0'?>\n";
const LARGEST_INT = 2 ** 31;

function formatParams(params: readonly XmlRpcValue[]): string {
  return `<params>\n${params.map((param) => `<param>\n${formatValue(param)}</param>\n`).join("")}</params>\n`;
}

function formatValue(value: XmlRpcValue): string {
  return `<value>${formatTyped(value)}</value>\n`;
}

function formatTyped(value: XmlRpcValue): string {
  if (value === null) return "<nil/>";
  switch (typeof value) {
    case "string":
      return `<string>${escapeText(value)}</string>`;
    case "boolean":
      return `<boolean>${value ? 1 : 0}</boolean>`;
    case "number":
      return formatNumber(value);
    default:
      return formatObject(value);
  }
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new BugError("E_BUG", { problem: `XML-RPC has no number ${value}` });
  const isInt = Number.isInteger(value) && value >= -LARGEST_INT && value < LARGEST_INT && !Object.is(value, -0);
  return isInt ? `<int>${value}</int>` : `<double>${Object.is(value, -0) ? "-0.0" : value}</double>`;
}

function formatObject(value: Exclude<XmlRpcValue, string | number | boolean | null>): string {
  if (value instanceof XmlRpcDateTime) return `<dateTime.iso8601>${escapeText(value.text)}</dateTime.iso8601>`;
  if (value instanceof Uint8Array) return `<base64>\n${Buffer.from(value).toString("base64")}\n</base64>`;
  if (Array.isArray(value)) return `<array><data>\n${value.map(formatValue).join("")}</data></array>`;
  const members = Object.entries(value).map(
    ([name, member]) => `<member>\n<name>${escapeText(name)}</name>\n${formatValue(member)}</member>\n`,
  );
  return `<struct>\n${members.join("")}</struct>`;
}

/** A carriage return is written as a reference: an XML parser would read a bare one as a line feed. */
function escapeText(text: string): string {
  return replaceIllegalCharacters(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}
