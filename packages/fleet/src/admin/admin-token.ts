import { createHash, timingSafeEqual } from "node:crypto";
import type { Files } from "@gateway-engine/core/files";
import type { Random } from "@gateway-engine/core/random";

/** The secret that the management API asks for. */
export interface AdminToken {
  /** Takes the same time for each wrong token. */
  matches(candidate: string): boolean;
}

/** Reads the token from its file, or makes one that only its owner may read. */
export async function loadAdminToken(path: string, files: Files, random: Random): Promise<AdminToken> {
  const known = (await files.readText(path))?.trim() ?? "";
  if (known !== "") return adminToken(known);
  const token = Buffer.from(random.bytes(32)).toString("base64url");
  await files.writeAtomic(path, `${token}\n`, 0o600);
  return adminToken(token);
}

function adminToken(token: string): AdminToken {
  const expected = digest(token);
  return { matches: (candidate) => timingSafeEqual(expected, digest(candidate)) };
}

/** Digests are of one length, which the comparison needs, and say nothing of the token's. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
