/**
 * Section `[db]` of gmq.cfg: how much the queue may hold, for how long, and what happens to the rest.
 *
 * @see docs/reference/gmq-storage.md
 */
import type { IniEntry, IniProblem, IniSection } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { parseByteSize } from "@gateway-engine/core/sizes";
import { parseTtl, TTL_FORM } from "../intake/worth.ts";
import { DEFAULT_LIMITS, type Limits, POLICIES, SMALLEST_BUDGET } from "../spool/room/budget.ts";

export interface DbCfg {
  readonly limits: Limits;
  /** Milliseconds after which a message is worth nothing that says nothing else; undefined: it is always worth something. */
  readonly defaultTtlMs: number | undefined;
}

type DbOption = "max_bytes" | "min_free_disk" | "when_full" | "default_ttl";

export const DB_PRESETS: Readonly<Record<DbOption, string>> = {
  max_bytes: "512MB",
  min_free_disk: "32MB",
  when_full: DEFAULT_LIMITS.whenFull,
  default_ttl: "off",
};

export const DEFAULT_DB_CFG: DbCfg = { limits: DEFAULT_LIMITS, defaultTtlMs: undefined };

export function parseDbCfg(section: IniSection | undefined): Result<DbCfg, IniProblem> {
  const read = (key: DbOption): IniEntry => section?.entries.get(key) ?? { key, value: DB_PRESETS[key], line: 0 };
  const wrong = ({ key, value, line }: IniEntry, want: string) =>
    fail({ line, problem: `${key} is "${value}", but must be ${want}` });

  const maxBytes = parseByteSize(read("max_bytes").value);
  if (!maxBytes.ok || maxBytes.value < SMALLEST_BUDGET) {
    return wrong(read("max_bytes"), `a size of at least ${SMALLEST_BUDGET / 1024 ** 2}MB, such as 512MB`);
  }
  const minFreeDisk = parseByteSize(read("min_free_disk").value);
  if (!minFreeDisk.ok || minFreeDisk.value < 0) {
    return wrong(read("min_free_disk"), "a size such as 32MB, or 0");
  }
  const whenFull = POLICIES.find((policy) => policy === read("when_full").value.trim().toLowerCase());
  if (whenFull === undefined) return wrong(read("when_full"), `one of ${POLICIES.join(", ")}`);
  const defaultTtlMs = parseDefaultTtl(read("default_ttl").value);
  if (!defaultTtlMs.ok) return wrong(read("default_ttl"), defaultTtlMs.problem);
  return ok({
    limits: { maxBytes: maxBytes.value, minFreeDisk: minFreeDisk.value, whenFull },
    defaultTtlMs: defaultTtlMs.value,
  });
}

function parseDefaultTtl(text: string): Result<number | undefined, string> {
  if (text.trim().toLowerCase() === "off") return ok(undefined);
  const ttlMs = parseTtl(text);
  return ttlMs === undefined ? fail(`off, or ${TTL_FORM}`) : ok(ttlMs);
}
