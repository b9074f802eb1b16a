import { PAGE_QUERY } from "@gateway-engine/protocol/fleet-api/common";
import type { ContentAnswer, ContentsAnswer } from "@gateway-engine/protocol/fleet-api/content";
import { CONTENT_PARAMS, type ManagementScope, PRODUCT_PARAMS, toPageRequest } from "../../http/management-scope.ts";
import type { ContentService } from "../content-service.ts";
import type { ContentItem } from "../content-store.ts";

export function addContentRoutes(scope: ManagementScope, content: ContentService): void {
  const all = "/products/:product/content";
  const one = `${all}/:id`;

  scope.get(
    all,
    { schema: { params: PRODUCT_PARAMS, querystring: PAGE_QUERY } },
    async (request): Promise<ContentsAnswer> => {
      const { entries, next } = await content.list(request.params.product, toPageRequest(request.query));
      return { content: entries.map(toAnswer), next };
    },
  );

  scope.get(one, { schema: { params: CONTENT_PARAMS } }, async (request): Promise<ContentAnswer> => {
    return toAnswer(await content.get(request.params.product, request.params.id));
  });

  scope.delete(one, { schema: { params: CONTENT_PARAMS } }, async (request, reply) => {
    await content.remove(request.params.product, request.params.id);
    return reply.code(204).send();
  });

  void scope.register(async (uploads: ManagementScope) => {
    uploads.removeAllContentTypeParsers();
    // The body is read by the handler, as a stream.
    uploads.addContentTypeParser("*", (_request, _payload, done) => done(null));
    uploads.put(one, { schema: { params: CONTENT_PARAMS } }, async (request, reply) => {
      const { product, id } = request.params;
      const type = contentTypeOf(request.headers["content-type"]);
      // An upload that is refused half-way needs its connection for the answer.
      const bytes = request.raw.iterator({ destroyOnReturn: false });
      const item = await content.upload({ product, id, type }, bytes);
      return reply.code(201).send(toAnswer(item));
    });
  });
}

/** The type is a field of a comma-separated line in the Device API; what would not fit there is plain bytes. */
function contentTypeOf(header: string | undefined): string {
  return header !== undefined && /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.-]+=[\w.+-]+)*$/.test(header)
    ? header
    : "application/octet-stream";
}

function toAnswer({ id, type, size, sha256, updatedAt }: ContentItem): ContentAnswer {
  return { id, type, size, sha256, updatedAt };
}
