import { PAGE_QUERY } from "@gateway-engine/protocol/fleet-api/common";
import {
  NEW_PRODUCT,
  type ProductAnswer,
  type ProductsAnswer,
  RESOURCE_BODY,
  type ResourcesAnswer,
} from "@gateway-engine/protocol/fleet-api/products";
import { type ManagementScope, PRODUCT_PARAMS, RESOURCE_PARAMS, toPageRequest } from "../../http/management-scope.ts";
import type { ProductService } from "../product-service.ts";

export function addProductRoutes(scope: ManagementScope, products: ProductService): void {
  const product = "/products/:product";

  scope.get("/products", { schema: { querystring: PAGE_QUERY } }, async (request): Promise<ProductsAnswer> => {
    const { entries, next } = await products.list(toPageRequest(request.query));
    return { products: entries, next };
  });

  scope.post("/products", { schema: { body: NEW_PRODUCT } }, async (request, reply) => {
    const created: ProductAnswer = await products.create(request.body);
    return reply.code(201).send(created);
  });

  scope.get(
    product,
    { schema: { params: PRODUCT_PARAMS } },
    (request): Promise<ProductAnswer> => products.get(request.params.product),
  );

  scope.delete(product, { schema: { params: PRODUCT_PARAMS } }, async (request, reply) => {
    await products.remove(request.params.product);
    return reply.code(204).send();
  });

  scope.get(
    `${product}/resources`,
    { schema: { params: PRODUCT_PARAMS } },
    async (request): Promise<ResourcesAnswer> => ({ resources: await products.resources(request.params.product) }),
  );

  scope.put(`${product}/resources/:alias`, { schema: { params: RESOURCE_PARAMS, body: RESOURCE_BODY } }, (request) =>
    products.putResource(request.params.product, request.params.alias, request.body),
  );

  scope.delete(`${product}/resources/:alias`, { schema: { params: RESOURCE_PARAMS } }, async (request, reply) => {
    await products.removeResource(request.params.product, request.params.alias);
    return reply.code(204).send();
  });
}
