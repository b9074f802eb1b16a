/** Products and their resources, in the management API of gwe-fleet. */
import { type Static, type TBoolean, type TEnum, type TObject, type TOptional, type TString, Type } from "typebox";
import type { ResourceDefinition } from "../gateway-resources.ts";
import { PRODUCT_ID } from "./common.ts";

/** POST /products. A product of kind `gateway` gets the resources of a gateway. Without an id the server makes one. */
export const NEW_PRODUCT: TObject<{
  id: TOptional<TString>;
  name: TOptional<TString>;
  kind: TEnum<["gateway", "device"]>;
}> = Type.Object(
  {
    id: Type.Optional(PRODUCT_ID),
    name: Type.Optional(Type.String({ maxLength: 256 })),
    kind: Type.Enum(["gateway", "device"]),
  },
  { additionalProperties: false },
);
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
export const RESOURCE_BODY: TObject<{
  name: TOptional<TString>;
  format: TEnum<["string", "string/json", "number", "boolean"]>;
  settable: TOptional<TBoolean>;
}> = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 256 })),
    format: Type.Enum(["string", "string/json", "number", "boolean"]),
    settable: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ResourceBody = Static<typeof RESOURCE_BODY>;

export interface ResourcesAnswer {
  readonly resources: readonly ResourceDefinition[];
}
