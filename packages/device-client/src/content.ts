/** The content area of a product, as its devices see it: `GET /provision/download`. */
import { InstallError, TransportError } from "@gateway-engine/core/errors";
import type { HttpResponse } from "@gateway-engine/core/http";
import {
  type ContentInfo,
  DEVICE_API_PATHS,
  parseContentInfo,
  parseContentRange,
} from "@gateway-engine/protocol/device-api";
import { encodeForm } from "@gateway-engine/protocol/form";
import type { CallOptions, Exchange } from "./exchange.ts";

/** Which bytes of a content: those from `offset` on, at most `length` of them where it is given, or the `last` ones. */
export type ContentRange = { readonly offset: number; readonly length?: number } | { readonly last: number };

/** The bytes of one content, as they arrive. */
export interface ContentStream {
  /** Where the body begins: the offset that was asked for, or 0 when the server ignored it and sends everything. */
  readonly offset: number;
  /** Bytes of the whole content, where the answer says so. */
  readonly size: number | undefined;
  /** To be read once, or dropped with `discard()`. Ends early with a TransportError when the line drops. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

export async function listContent(exchange: Exchange, product: string, call: CallOptions): Promise<readonly string[]> {
  const path = contentPath(product, []);
  const answer = await exchange.call({ method: "GET", path }, call, `a list of the content of ${product}`);
  return answer.body.split(/\r?\n/).filter((id) => id !== "");
}

/** @returns undefined when there is no such content */
export async function contentInfo(
  exchange: Exchange,
  content: { readonly product: string; readonly id: string },
  call: CallOptions,
): Promise<ContentInfo | undefined> {
  const { product, id } = content;
  const path = contentPath(product, [
    ["id", id],
    ["info", "true"],
  ]);
  const answer = await exchange.call({ method: "GET", path }, call, `information about ${id}`, [404]);
  if (answer.status === 404 || answer.body.trim() === "") return undefined;
  const info = parseContentInfo(answer.body);
  if (info !== undefined) return info;
  const problem = `its information about ${id} is not <type>,<size>,<updated>,<meta>`;
  throw new TransportError("E_RESPONSE_INVALID", { server: exchange.server, problem });
}

/** @throws InstallError E_CONTENT_MISSING when there is no such content */
export async function openContent(
  exchange: Exchange,
  content: { readonly product: string; readonly id: string; readonly range: ContentRange },
  call: CallOptions,
): Promise<ContentStream> {
  const { product, id, range: asked } = content;
  const headers = rangeHeader(asked);
  const path = contentPath(product, [["id", id]]);
  const response = await exchange.send({ method: "GET", path, headers, lenient: true }, call);
  if (response.status === 200 || response.status === 206) {
    const extent = extentOf(response, asked);
    if (extent === undefined) {
      response.discard();
      const problem = `it sends a part of ${id} without saying which`;
      throw new TransportError("E_RESPONSE_INVALID", { server: exchange.server, problem });
    }
    return { ...extent, body: response.body, discard: () => response.discard() };
  }
  const body = await response.text(MAX_REFUSAL_BYTES);
  if (response.status === 404) throw new InstallError("E_CONTENT_MISSING", { name: id, product });
  throw exchange.failure({ status: response.status, body, headers: response.headers }, `a download of ${id}`);
}

const MAX_REFUSAL_BYTES = 65_536;

function rangeHeader(range: ContentRange): Record<string, string> {
  if ("last" in range) return { Range: `bytes=-${range.last}` };
  const { offset, length } = range;
  if (offset === 0 && length === undefined) return {};
  return { Range: `bytes=${offset}-${length === undefined ? "" : offset + length - 1}` };
}

/**
 * Where the body of an answer begins. One generation of servers answers a range with 200; then Content-Range tells.
 *
 * @returns undefined when nothing tells
 */
function extentOf(
  { status, headers }: HttpResponse,
  asked: ContentRange,
): Pick<ContentStream, "offset" | "size"> | undefined {
  const range = parseContentRange(headers["content-range"]);
  const offset = range?.first ?? (status === 200 ? 0 : "offset" in asked ? asked.offset : undefined);
  if (offset === undefined) return undefined;
  if (range?.total !== undefined) return { offset, size: range.total };
  // A part that was asked for with its length says nothing of the whole.
  const toTheEnd = status === 200 || ("offset" in asked && asked.length === undefined);
  const length =
    headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? Number.NaN) : Number.NaN;
  return { offset, size: toTheEnd && Number.isSafeInteger(length) ? offset + length : undefined };
}

/** @param product empty: the server finds the product by the CIK, as later ones do */
function contentPath(product: string, query: readonly (readonly [string, string])[]): string {
  const whose = product === "" ? [] : [["vendor", product] as const, ["model", product] as const];
  return `${DEVICE_API_PATHS.content}?${encodeForm([...whose, ...query])}`;
}
