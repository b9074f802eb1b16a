/** Trading an identity for a CIK: `POST /provision/activate`. */
import { AuthenticationError, TransportError } from "@gateway-engine/core/errors";
import { DEVICE_API_PATHS, type DeviceIdentity, isCik } from "@gateway-engine/protocol/device-api";
import { encodeForm } from "@gateway-engine/protocol/form";
import type { CallOptions, Exchange } from "./exchange.ts";

/** The identity as later servers know it: one id within the product that the server's address, or `product`, names. */
export interface PlainIdentity {
  readonly id: string;
  readonly product?: string;
}

/**
 * @returns the CIK
 * @throws AuthenticationError E_ACTIVATION_REFUSED when the server knows the device too little or too well (403, 404, 409)
 */
export async function activate(
  exchange: Exchange,
  identity: DeviceIdentity | PlainIdentity,
  call: CallOptions,
): Promise<string> {
  const { server } = exchange;
  const body = encodeForm(formOf(identity));
  // A CIK whose answer was lost is lost anyway: asking again can only help.
  const request = { method: "POST", path: DEVICE_API_PATHS.activate, body, repeatable: true } as const;
  const answer = await exchange.call(request, { ...call, cik: "" }, "an activation", [401, 403, 404, 409]);
  const reason = answer.status === 404 && isBare(identity) ? UNKNOWN_ID : REFUSALS[answer.status];
  if (reason !== undefined) {
    const details = { server, identity: nameOf(identity), status: answer.status, reason };
    throw new AuthenticationError("E_ACTIVATION_REFUSED", details);
  }
  const cik = answer.body.trim();
  if (isCik(cik)) return cik;
  const problem = `it answered ${answer.status} to an activation, with ${cik.length} characters that are no CIK`;
  throw new TransportError("E_RESPONSE_INVALID", { server, problem });
}

const REFUSALS: Readonly<Record<number, string>> = {
  401: "it asks for another way to sign in (401)",
  403: "it takes no activations of this product (403)",
  404: "it knows no such product, or the product has no device with this serial number; create it there, or correct vendor, model or uuid (404)",
  409: "the device may not be activated now: it is activated already, or its time for activation is over; enable it again there (409)",
};

const UNKNOWN_ID = "it knows no device with this id, or cannot tell of which product; name the product (404)";

/** Whether only the server's address can say which product it is of. */
function isBare(identity: DeviceIdentity | PlainIdentity): boolean {
  return "id" in identity && identity.product === undefined;
}

function formOf(identity: DeviceIdentity | PlainIdentity): readonly (readonly [string, string])[] {
  if ("id" in identity) {
    const product = identity.product === undefined ? [] : [["product", identity.product] as const];
    return [...product, ["id", identity.id]];
  }
  return [
    ["vendor", identity.vendor],
    ["model", identity.model],
    ["sn", identity.serial],
  ];
}

function nameOf(identity: DeviceIdentity | PlainIdentity): string {
  return "id" in identity ? identity.id : `${identity.vendor} ${identity.model} ${identity.serial}`;
}
