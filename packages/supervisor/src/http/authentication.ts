/** HTTP basic authentication, with passwords in clear or as `{SHA}` and a hexadecimal SHA-1. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../config/model.ts";

/** @param header the value of Authorization, if there is one */
export function isAuthorized(header: string | undefined, wanted: Credentials | undefined): boolean {
  if (wanted === undefined) return true;
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return false;
  const given = Buffer.from(encoded, "base64").toString("utf8");
  const colon = given.indexOf(":");
  if (colon === -1) return false;
  return isSame(given.slice(0, colon), wanted.username) && isPassword(given.slice(colon + 1), wanted.password);
}

function isPassword(given: string, wanted: string): boolean {
  if (!wanted.startsWith(SHA_MARK)) return isSame(given, wanted);
  const digest = createHash("sha1").update(given).digest("hex");
  return isSame(digest, wanted.slice(SHA_MARK.length).toLowerCase());
}

/** Takes as long for a wrong text as for the right one. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

const SHA_MARK = "{SHA}";
