/** Products and their resources, in the management API of gwe-fleet. */
import type { Static } from "typebox";
import type { ResourceDefinition } from "../gateway-resources.ts";
import { PRODUCT_ID } from "./common.ts";

/** POST /products. A product of kind `gateway` gets the six resources of a gateway. Without an id the server makes one. */
export const NEW_PRODUCT = {
  type: "object",
  additionalProperties: false,
  required: ["kind"],
  properties: {
    id: PRODUCT_ID as typeof PRODUCT_ID,
    name: { type: "string", maxLength: 256 },
    kind: { type: "string", enum: ["gateway", "device"] },
  },
} as const;
export type NewProduct = Static<typeof NEW_PRODUCT>;

export interface ProductAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: "gateway" | "device";
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface ProductsAnswer {
  readonly products: readonly ProductAnswer[];
  readonly next: string | null;
}

/** PUT /products/:product/resources/:alias */
export const RESOURCE_BODY = {
  type: "object",
  additionalProperties: false,
  required: ["format"],
  properties: {
    name: { type: "string", maxLength: 256 },
    format: { type: "string", enum: ["string", "string/json", "number", "boolean"] },
    settable: { type: "boolean" },
  },
} as const;
export type ResourceBody = Static<typeof RESOURCE_BODY>;

export interface ResourcesAnswer {
  readonly resources: readonly ResourceDefinition[];
}
