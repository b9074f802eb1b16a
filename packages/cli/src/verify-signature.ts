import { basename } from "node:path";
import { formatInstant } from "@gateway-engine/artifact/trust/instant";
import type { RootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { digestOfSigned, takeApart } from "@gateway-engine/artifact/trust/signed-package";
import { checkExpiry, openEnvelope, rotated, type Vouched, vouch } from "@gateway-engine/artifact/trust/vouch";
import { nodeFiles } from "@gateway-engine/platform/files";

/**
 * Checks a package's signature, embedded or in `<package>.sig`.
 *
 * @param now milliseconds since 1970; a statement that is younger knows better
 * @returns what is signed, in words, or undefined when the package is not signed
 * @throws PackageError E_SIGNATURE_INVALID or E_SIGNATURE_EXPIRED
 */
export async function verifySignature(path: string, root: RootStatement, now: number): Promise<string | undefined> {
  const name = basename(path);
  const { length, envelope: embedded } = await takeApart(nodeFiles, path);
  const bytes = embedded ?? (await nodeFiles.readBytes(`${path}.sig`));
  if (bytes === undefined) return undefined;
  const envelope = openEnvelope(name, bytes);
  const digest = await digestOfSigned(nodeFiles, path, length);
  const vouched = vouch({ name, digest, envelope, root: rotated(name, envelope, root) });
  checkExpiry(vouched, Math.max(now, vouched.statement.issued));
  return inWords(vouched, root);
}

function inWords({ statement, signers, root }: Vouched, before: RootStatement): string {
  const { sequence, floor, issued, expires } = statement;
  return [
    `signed by ${signers.map(({ name }) => name).join(", ")}`,
    `sequence ${sequence}`,
    ...(floor === undefined ? [] : [`floor ${floor}`]),
    `on ${formatInstant(issued)}`,
    ...(expires === undefined ? [] : [`until ${formatInstant(expires)}`]),
    ...(root === before ? [] : [`with version ${root.version} of the trusted keys`]),
  ].join(", ");
}
