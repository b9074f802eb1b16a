import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { parseForm } from "@gateway-engine/protocol/form";

/** Of aliases so many are named; the rest only counted. */
const MAX_NAMES = 30;

/**
 * What a Device API request is for, in the words of the original's traffic log:
 * `read:alias`, `write:alias,alias`, `READ:alias WRITE:alias`, `record`, `actvt:<serial>`,
 * `list_content:<product>`, `content_info:<id>`, `get_content:<id>`, `timestamp`.
 */
export function requestName(method: string, url: string, body: string | Uint8Array): string {
  const { pathname, search } = new URL(url);
  const query = search.slice(1);
  switch (pathname) {
    case DEVICE_API_PATHS.alias:
      return aliasRequest(method, query, body);
    case DEVICE_API_PATHS.activate:
      return `actvt:${field(body, "sn") || field(body, "id")}`;
    case DEVICE_API_PATHS.content:
      return contentRequest(query);
    case DEVICE_API_PATHS.timestamp:
      return "timestamp";
    case DEVICE_API_PATHS.record:
      return "record";
    default:
      return pathname.startsWith(`${DEVICE_API_PATHS.alias}/`) ? "record" : pathname;
  }
}

function aliasRequest(method: string, query: string, body: string | Uint8Array): string {
  const read = names(query);
  const written = names(body);
  if (method === "GET") return `read:${read}`;
  return read === "" ? `write:${written}` : `READ:${read} WRITE:${written}`;
}

function contentRequest(query: string): string {
  const id = field(query, "id");
  if (id === "") return `list_content:${field(query, "model")}`;
  return field(query, "info") === "true" ? `content_info:${id}` : `get_content:${id}`;
}

function names(form: string | Uint8Array): string {
  const all = parseForm(form).map(({ name }) => name);
  const rest = all.length - MAX_NAMES;
  return all.slice(0, MAX_NAMES).join(",") + (rest > 0 ? ` and ${rest} more` : "");
}

function field(form: string | Uint8Array, wanted: string): string {
  return parseForm(form).find(({ name }) => name === wanted)?.value ?? "";
}
