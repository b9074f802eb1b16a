/** The file that a device's identity and CIK are kept in. */
import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { type GatewayCfg, parseGatewayCfg, withGatewayCfgValue } from "@gateway-engine/protocol/gateway-cfg";

/** @throws ConfigError E_CONFIG_MISSING or E_CONFIG_SYNTAX; StorageError E_FILE_READ */
export async function readIdentityFile(files: Files, file: string): Promise<GatewayCfg> {
  const text = await readIdentityText(files, file);
  const cfg = parseGatewayCfg(text);
  if (!cfg.ok) throw new ConfigError("E_CONFIG_SYNTAX", { file, line: cfg.problem.line, problem: cfg.problem.problem });
  for (const key of ["vendor", "model", "uuid"] as const) {
    if (cfg.value[key] === "") {
      throw new ConfigError("E_CONFIG_MISSING", { file, key, mend: `write it as ${key} = <value>` });
    }
  }
  return cfg.value;
}

/** @throws ConfigError E_CONFIG_MISSING when there is no such file; StorageError E_FILE_READ */
export async function readIdentityText(files: Pick<Files, "readText">, file: string): Promise<string> {
  const text = await files.readText(file);
  if (text !== undefined) return text;
  throw new ConfigError("E_CONFIG_MISSING", { file, key: "the device's identity", mend: "the file does not exist" });
}

/** Writes the CIK into the file, and leaves everything else in it as it is. */
export async function keepCik(files: Files, file: string, cik: string): Promise<void> {
  const text = (await files.readText(file)) ?? "";
  await files.writeAtomic(file, withGatewayCfgValue(text, "cik", cik), 0o600);
}
