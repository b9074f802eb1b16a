import type { ResourceDefinition } from "@gateway-engine/protocol/gateway-resources";
import type { Page, PageRequest } from "../page.ts";

/** A kind of device. Its id is vendor and model in the Device API. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly kind: "gateway" | "device";
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface ProductStore {
  /** @returns false when the id is taken */
  insert(product: Product): Promise<boolean>;
  get(id: string): Promise<Product | undefined>;
  /** By id. */
  list(page: PageRequest): Promise<Page<Product>>;
  /** Removes the product and its resources. @returns false when there is none */
  remove(id: string): Promise<boolean>;

  resource(product: string, alias: string): Promise<ResourceDefinition | undefined>;
  /** By alias. */
  resources(product: string): Promise<readonly ResourceDefinition[]>;
  /** Adds the resource, or replaces the one with this alias. */
  putResource(product: string, resource: ResourceDefinition): Promise<void>;
  removeResource(product: string, alias: string): Promise<boolean>;
}
