import { lookup } from "node:dns/promises";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { errnoCode } from "./errno.ts";

/** The addresses of a host as every program on the machine finds them: from /etc/hosts, then from the name servers. */
export async function lookUpName(host: string): Promise<Result<readonly string[], string>> {
  try {
    const found = await lookup(host, { all: true });
    return ok(found.map(({ address }) => address));
  } catch (error) {
    const code = errnoCode(error) ?? "";
    return fail(REASONS[code] ?? (code || String(error)));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such name",
  EAI_AGAIN: "no name server answers",
  EAI_NODATA: "the name has no address",
};
