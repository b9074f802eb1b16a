/** Files that `gwe keys` works with: keys, statements, and the list of trusted keys. */
import { basename, resolve } from "node:path";
import { type Envelope, parseEnvelope } from "@gateway-engine/artifact/trust/envelope";
import { PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { type PublicKey, parsePublicPem } from "@gateway-engine/artifact/trust/public-key";
import type { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import { ConfigError, StorageError } from "@gateway-engine/core/errors";
import { nodeFiles } from "@gateway-engine/platform/files";
import type { CommandContext, CommandOption } from "../../command.ts";
import { trustFile } from "../../trust-file.ts";

export const TRUST_DIR: CommandOption & { readonly type: "string"; readonly multiple?: never } = {
  type: "string",
  metavar: "DIR",
  help: "folder of the trusted keys, instead of the gateway's",
};

export const KEY: CommandOption & { readonly type: "string"; readonly multiple: true } = {
  type: "string",
  metavar: "FILE",
  multiple: true,
  help: "a private key to sign with; may be given several times",
};

/** @param folder of `--trust-dir` */
export function trustedKeys(folder: string | undefined, context: CommandContext): TrustFile {
  return folder === undefined ? trustFile(context.paths) : trustFile(context.paths, resolve(context.folder, folder));
}

/** A file as `gwe keys trust` takes it: somebody's public key, or a statement about the trusted keys. */
export type Trustable =
  | { readonly kind: "key"; readonly key: PublicKey }
  | { readonly kind: "statement"; readonly statement: Envelope };

/** @throws ConfigError E_TRUST */
export async function readTrustable(file: string, context: CommandContext): Promise<Trustable> {
  const bytes = await readAll(file, context);
  const text = Buffer.from(bytes).toString("utf8");
  if (text.trimStart().startsWith("{")) return { kind: "statement", statement: readStatement(file, bytes) };
  const key = parsePublicPem(text, nameOf(file, ".pub"));
  if (!key.ok) throw unusable(file, key.problem);
  return { kind: "key", key: key.value };
}

export async function readPublicKey(file: string, context: CommandContext): Promise<PublicKey> {
  const found = await readTrustable(file, context);
  if (found.kind === "key") return found.key;
  throw unusable(file, "it is a statement, and no public key");
}

export function readStatement(file: string, bytes: Uint8Array): Envelope {
  const envelope = parseEnvelope(bytes);
  if (!envelope.ok) throw unusable(file, envelope.problem);
  return envelope.value;
}

/** Private keys; of one that others may read, the terminal is told. */
export async function readPrivateKeys(
  files: readonly string[],
  context: CommandContext,
): Promise<readonly PrivateKey[]> {
  const keys: PrivateKey[] = [];
  for (const file of files) {
    const pem = Buffer.from(await readAll(file, context)).toString("utf8");
    const key = PrivateKey.parse(pem, nameOf(file, ".key"));
    if (!key.ok) throw unusable(file, key.problem);
    await warnIfReadable(file, context);
    keys.push(key.value);
  }
  return keys;
}

async function warnIfReadable(file: string, { folder, terminal }: CommandContext): Promise<void> {
  const mode = (await nodeFiles.stat(resolve(folder, file)))?.mode ?? 0;
  if ((mode & 0o077) === 0) return;
  terminal.err(`gwe: warning: others may read ${file} (mode 0${mode.toString(8)}); chmod 600 ${file}\n`);
}

export async function readAll(file: string, { folder }: CommandContext): Promise<Uint8Array> {
  const bytes = await nodeFiles.readBytes(resolve(folder, file));
  if (bytes !== undefined) return bytes;
  throw new StorageError("E_FILE_READ", { file, reason: "no such file or folder" });
}

export function unusable(file: string, problem: string): ConfigError {
  return new ConfigError("E_TRUST", { file, problem });
}

function nameOf(file: string, suffix: string): string {
  return basename(file, suffix);
}

/** As people compare them. */
export function shortId(id: string): string {
  return id.slice(0, 16);
}
