import { resolve } from "node:path";
import { formatEnvelope, withSignatures } from "@gateway-engine/artifact/trust/envelope";
import type { PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { readRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { nodeFiles } from "@gateway-engine/platform/files";
import type { CommandContext } from "../../command.ts";
import { readAll, readStatement, unusable } from "./key-files.ts";

/** Adds signatures to a statement about the trusted keys. @returns the exit status */
export async function signRootStatement(
  file: string,
  keys: readonly PrivateKey[],
  context: CommandContext,
): Promise<number> {
  const statement = readStatement(file, await readAll(file, context));
  const root = readRootStatement(statement.signed);
  if (!root.ok) throw unusable(file, root.problem);
  const signed = withSignatures(statement, keys);
  await nodeFiles.writeAtomic(resolve(context.folder, file), `${formatEnvelope(signed)}\n`, 0o644);
  context.terminal.out(`${file}: version ${root.value.version}, ${signed.signatures.length} signatures\n`);
  return 0;
}
