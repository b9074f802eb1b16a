/** Who a client is, after its user name and password. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { isCik, parseVms } from "@gateway-engine/protocol/device-api";
import type { Sender } from "../sender.ts";

/**
 * A user name of `<vendor> <model> <serial number>` is that device, and a password without a user name is a CIK or token.
 * Any other login is that of a program which is set up for some broker: there are no accounts here, and it is let in.
 *
 * @returns undefined: nobody in particular
 */
export function senderOfLogin(
  userName: string | undefined,
  password: Uint8Array | undefined,
): Result<Sender | undefined, string> {
  const name = userName?.trim() ?? "";
  const secret = password === undefined ? "" : Buffer.from(password).toString("utf8");
  const cik = isCik(secret) ? secret : undefined;
  if (/\s/.test(name)) {
    const identity = parseVms(name);
    if (identity === undefined) return fail("a user name with spaces must be <vendor> <model> <serial number>");
    return ok({ kind: "identity", identity, cik });
  }
  if (name !== "" || secret === "") return ok(undefined);
  return cik === undefined
    ? fail("a password without a user name must be a CIK or token of 40 characters")
    : ok({ kind: "cik", cik });
}
