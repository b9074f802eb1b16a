import { Readable } from "node:stream";
import { AuthenticationError, describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Device } from "../../devices/device.ts";
import { deviceOf, headerOf, queryField } from "../../http/device-scope.ts";
import { routePath } from "../../http/route-path.ts";
import { parseRange, type RangeRequest } from "../byte-range.ts";
import type { ContentService } from "../content-service.ts";
import type { ContentItem } from "../content-store.ts";

export interface DownloadRouteDeps {
  readonly content: ContentService;
  readonly log: Logger;
}

/** The content area as devices see it: list, info and download, told apart by the query. */
export function addDownloadRoutes(scope: FastifyInstance, deps: DownloadRouteDeps): void {
  scope.get(routePath(DEVICE_API_PATHS.content), async (request, reply) => {
    const device = deviceOf(request);
    requireOwnProduct(request, device);
    const id = queryField(request, "id");
    if (id === "") return sendList(deps.content, device.product, reply);
    const item = await deps.content.get(device.product, id);
    return queryField(request, "info") === "true" ? sendInfo(item, reply) : download(deps, item, request, reply);
  });
}

/** Later clients name no product; older ones name theirs, as vendor and model, and see no other. */
function requireOwnProduct(request: FastifyRequest, { product }: Device): void {
  const named = [queryField(request, "vendor"), queryField(request, "model")].filter((name) => name !== "");
  if (named.length > 0 && !named.includes(product)) {
    throw new AuthenticationError("E_FORBIDDEN", { problem: "vendor and model name another product" });
  }
}

async function sendList(content: ContentService, product: string, reply: FastifyReply): Promise<FastifyReply> {
  const ids: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await content.list(product, { limit: 1000, ...(after === undefined ? {} : { after }) });
    ids.push(...page.entries.map(({ id }) => id));
    after = page.next;
  }
  return sendCsv(reply, ids.map((id) => `${id}\n`).join(""));
}

/** `<content type>,<size>,<seconds since 1970>,<meta>`; there is no meta information. */
function sendInfo(item: ContentItem, reply: FastifyReply): FastifyReply {
  return sendCsv(reply, `${item.type},${item.size},${Math.floor(item.updatedAt / 1000)},`);
}

async function download(
  deps: DownloadRouteDeps,
  item: ContentItem,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const range = requestedRange(request, item);
  reply.header("Accept-Ranges", "bytes").header("ETag", etagOf(item));
  if (range.kind === "unsatisfiable") {
    reply.code(416).header("Content-Range", `bytes */${item.size}`);
    return reply.type("text/plain; charset=utf-8").send(`the content has ${item.size} bytes`);
  }
  const part = range.kind === "part" ? range.part : { first: 0, last: item.size - 1 };
  const bytes = await deps.content.open(item, range.kind === "part" ? part : undefined);
  if (range.kind === "part") {
    reply.code(206).header("Content-Range", `bytes ${part.first}-${part.last}/${item.size}`);
  }
  noteEnd(deps, deviceOf(request), item, { reply, reachesEnd: part.last === item.size - 1 });
  reply.type(item.type).header("Content-Length", String(part.last - part.first + 1));
  return reply.send(Readable.from(bytes, { objectMode: false }));
}

/** A range that continues an older state of the item, by `If-Range`, is answered with the whole new one. */
function requestedRange(request: FastifyRequest, item: ContentItem): RangeRequest {
  const ifRange = headerOf(request, "If-Range");
  if (ifRange !== undefined && ifRange.trim() !== etagOf(item)) return { kind: "whole" };
  return parseRange(headerOf(request, "Range"), item.size);
}

interface Sending {
  readonly reply: FastifyReply;
  /** Whether the answer holds the last byte of the item. */
  readonly reachesEnd: boolean;
}

/** A part that was sent in full, with more to come, is not worth an event: a device may fetch an item in many. */
function noteEnd({ content, log }: DownloadRouteDeps, device: Device, item: ContentItem, sending: Sending): void {
  const { raw } = sending.reply;
  raw.once("close", () => {
    if (raw.writableFinished && !sending.reachesEnd) return;
    content
      .noteDownload(device, item.id, raw.writableFinished)
      .catch((error: unknown) => log.warn(`a download of ${item.id} was not noted: ${describeError(error)}`));
  });
}

function etagOf({ sha256 }: ContentItem): string {
  return `"${sha256}"`;
}

function sendCsv(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/csv; charset=utf-8").send(text);
}
