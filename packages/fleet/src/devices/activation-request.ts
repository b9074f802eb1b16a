import type { FormPair } from "@gateway-engine/protocol/form";
import type { ProductStore } from "../products/product-store.ts";

/** What a device says of itself to be activated. Fields that it left out are empty. */
export interface ActivationRequest {
  readonly identity: string;
  readonly vendor: string;
  readonly model: string;
  readonly product: string;
  /** The Host header, port and all. */
  readonly host: string;
}

/**
 * Reads the body of `POST /provision/activate`: `vendor=&model=&sn=` of the older servers, or `id=` of the later ones,
 * which name the product by the host.
 *
 * @returns undefined when it names no identity
 */
export function parseActivation(form: readonly FormPair<string>[], host: string): ActivationRequest | undefined {
  const field = (name: string) => form.find((pair) => pair.name === name)?.value ?? "";
  const identity = field("id") === "" ? field("sn") : field("id");
  if (identity === "") return undefined;
  return { identity, vendor: field("vendor"), model: field("model"), product: field("product"), host };
}

/**
 * The product that a device belongs to: the one its model or vendor names; else its Host, `<product id>.…`;
 * else the field `product`; else the only product there is.
 *
 * @returns its id, or undefined when what the device says names no product
 */
export async function findProduct(
  request: ActivationRequest,
  products: Pick<ProductStore, "get" | "list">,
): Promise<string | undefined> {
  const named = [request.model, request.vendor].filter((name) => name !== "");
  for (const id of named) if ((await products.get(id)) !== undefined) return id;
  if (named.length > 0) return undefined;

  const byHost = await products.get(request.host.split(".")[0] ?? "");
  if (byHost !== undefined) return byHost.id;
  if (request.product !== "") return (await products.get(request.product))?.id;

  const { entries, next } = await products.list({ limit: 1 });
  return next === null ? entries[0]?.id : undefined;
}
