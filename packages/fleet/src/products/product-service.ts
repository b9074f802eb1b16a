import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { Random } from "@gateway-engine/core/random";
import type { NewProduct, ResourceBody } from "@gateway-engine/protocol/fleet-api/products";
import {
  ADDITIONAL_GATEWAY_RESOURCES,
  GATEWAY_RESOURCES,
  type ResourceDefinition,
} from "@gateway-engine/protocol/gateway-resources";
import type { ContentService } from "../content/content-service.ts";
import { noProduct } from "../not-found.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Database } from "../stores.ts";
import type { Product } from "./product-store.ts";

export interface ProductServiceDeps {
  readonly database: Database;
  readonly content: Pick<ContentService, "sweep">;
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
}

/** Products and the resources that their devices have. */
export class ProductService {
  readonly #deps: ProductServiceDeps;

  constructor(deps: ProductServiceDeps) {
    this.#deps = deps;
  }

  /** A gateway product gets the resources of a gateway. @throws UsageError E_EXISTS */
  async create(request: NewProduct): Promise<Product> {
    const id = request.id ?? newProductId(this.#deps.random);
    const product: Product = {
      id,
      name: request.name ?? id,
      kind: request.kind,
      createdAt: this.#deps.clock.now(),
    };
    await this.#deps.database.write(async ({ products }) => {
      if (!(await products.insert(product))) throw new UsageError("E_EXISTS", { what: `product ${id}` });
      if (product.kind !== "gateway") return;
      for (const resource of [...GATEWAY_RESOURCES, ...ADDITIONAL_GATEWAY_RESOURCES]) {
        await products.putResource(id, resource);
      }
    });
    return product;
  }

  /** @throws UsageError E_NOT_FOUND */
  async get(id: string): Promise<Product> {
    const product = await this.#deps.database.stores.products.get(id);
    if (product === undefined) throw noProduct(id);
    return product;
  }

  list(page: PageRequest): Promise<Page<Product>> {
    return this.#deps.database.stores.products.list(page);
  }

  /** Removes the product with its devices, their values and its content. @throws UsageError E_NOT_FOUND */
  async remove(id: string): Promise<void> {
    await this.#deps.database.write(async ({ products, devices, values, events, content }) => {
      if (!(await products.remove(id))) throw noProduct(id);
      await values.removeProduct(id);
      await events.removeProduct(id);
      await devices.removeProduct(id);
      await content.removeProduct(id);
    });
    await this.#deps.content.sweep();
  }

  async resources(product: string): Promise<readonly ResourceDefinition[]> {
    await this.get(product);
    return this.#deps.database.stores.products.resources(product);
  }

  /** @throws UsageError E_NOT_FOUND when there is no such product */
  async putResource(product: string, alias: string, body: ResourceBody): Promise<ResourceDefinition> {
    const resource: ResourceDefinition = {
      alias,
      name: body.name ?? alias,
      format: body.format,
      settable: body.settable ?? false,
    };
    await this.#deps.database.write(async ({ products }) => {
      if ((await products.get(product)) === undefined) throw noProduct(product);
      await products.putResource(product, resource);
    });
    return resource;
  }

  /** Removes the resource and its values at every device. @throws UsageError E_NOT_FOUND */
  async removeResource(product: string, alias: string): Promise<void> {
    await this.#deps.database.write(async ({ products, values }) => {
      if (!(await products.removeResource(product, alias))) {
        throw new UsageError("E_NOT_FOUND", { what: `resource ${alias} in product ${product}` });
      }
      await values.removeAlias(product, alias);
    });
  }
}

/** Letters and digits that are also a host name label, and that nobody misreads. */
function newProductId(random: Random): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return Array.from(random.bytes(16), (byte) => letters[byte % letters.length]).join("");
}
