import { basename, dirname, resolve } from "node:path";
import type { Digest } from "@gateway-engine/artifact/digest";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import {
  type Envelope,
  formatEnvelope,
  MAX_ENVELOPE_BYTES,
  type SignedStatement,
  signStatement,
  withSignatures,
} from "@gateway-engine/artifact/trust/envelope";
import { formatInstant, type Instant } from "@gateway-engine/artifact/trust/instant";
import {
  type PackageStatement,
  readPackageStatement,
  writePackageStatement,
} from "@gateway-engine/artifact/trust/package-statement";
import type { PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { signatureMember } from "@gateway-engine/artifact/trust/signature-member";
import { digestOfSigned, signedBytes, takeApart } from "@gateway-engine/artifact/trust/signed-package";
import { PackageError, StorageError } from "@gateway-engine/core/errors";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type CommandContext, CommandLineError } from "../../command.ts";
import { readAll, readStatement, shortId } from "./key-files.ts";

export interface SignOrder {
  readonly file: string;
  readonly keys: readonly PrivateKey[];
  /** What the statement says besides what the package is. */
  readonly claims: Partial<Pick<PackageStatement, "sequence" | "floor" | "expires">>;
  readonly issued: Instant;
  /** Files of statements about the trusted keys. */
  readonly rotations: readonly string[];
  readonly renew: boolean;
  readonly detached: boolean;
}

/** Signs a package in place, or into a file beside it. @returns the exit status */
export async function signPackage(order: SignOrder, context: CommandContext): Promise<number> {
  const path = resolve(context.folder, order.file);
  const name = basename(path);
  const parsed = parsePackageName(name);
  if (!parsed.ok) throw new PackageError("E_PACKAGE_NAME", { name, problem: parsed.problem.problem });
  const stat = await nodeFiles.stat(path);
  if (stat === undefined) throw new StorageError("E_FILE_READ", { file: order.file, reason: "no such file or folder" });
  const { length, envelope: embedded } = await takeApart(nodeFiles, path);
  if (order.detached && embedded !== undefined) {
    throw new CommandLineError("argument --detached: the package has a signature inside, and that one counts");
  }
  const found = order.detached ? await nodeFiles.readBytes(`${path}.sig`) : embedded;
  const digest = await digestOfSigned(nodeFiles, path, length);
  const before = found === undefined || order.renew ? undefined : readStatement(order.file, found);
  const signed = before === undefined ? newStatement(name, digest, order) : sameStatement(before, name, digest, order);
  const envelope = { ...signed, rotations: [...(before?.rotations ?? []), ...(await readRotations(order, context))] };
  const text = formatEnvelope(envelope);
  if (Buffer.byteLength(text) > MAX_ENVELOPE_BYTES) {
    throw new CommandLineError(`the signature would be longer than ${MAX_ENVELOPE_BYTES} bytes; carry fewer rotations`);
  }
  if (order.detached) await nodeFiles.writeAtomic(`${path}.sig`, `${text}\n`, 0o644);
  else await embed({ path, length, envelope, mode: stat.mode });
  report(order, envelope, context);
  return 0;
}

function newStatement(name: string, digest: Digest, { claims, issued, keys }: SignOrder): SignedStatement {
  const { sequence = issued / 1000, floor } = claims;
  if (floor !== undefined && floor > sequence) {
    throw new CommandLineError(`argument --floor: ${floor} is above the sequence, which is ${sequence}`);
  }
  const { sha256, bytes: length } = digest;
  return signStatement(writePackageStatement({ name, length, sha256, ...claims, sequence, issued }), keys);
}

/** What is signed already is signed once more, word for word. */
function sameStatement(before: Envelope, name: string, digest: Digest, { claims, keys }: SignOrder): SignedStatement {
  const statement = readPackageStatement(before.signed);
  const fits =
    statement.ok &&
    statement.value.name === name &&
    statement.value.sha256 === digest.sha256 &&
    statement.value.length === digest.bytes;
  if (!fits) throw new CommandLineError("the signature that it has is for another package; --renew makes a new one");
  const [claim] = Object.keys(claims);
  if (claim !== undefined) {
    throw new CommandLineError(`argument --${claim}: the package is signed already; --renew makes a new statement`);
  }
  return withSignatures(before, keys);
}

async function readRotations({ rotations }: SignOrder, context: CommandContext): Promise<readonly SignedStatement[]> {
  const statements: SignedStatement[] = [];
  for (const file of rotations) {
    const { rotations: earlier, ...statement } = readStatement(file, await readAll(file, context));
    statements.push(...earlier, statement);
  }
  return statements;
}

interface Embedding {
  readonly path: string;
  readonly length: number;
  readonly envelope: Envelope;
  readonly mode: number;
}

/** The package is written beside its place and then renamed into it, so that it is whole at any time. */
async function embed({ path, length, envelope, mode }: Embedding): Promise<void> {
  const beside = `${path}.signing`;
  await nodeFiles.remove(beside);
  try {
    await nodeFiles.writeNew(beside, withMember(signedBytes(nodeFiles, path, length), envelope), mode);
    await nodeFiles.rename(beside, path);
  } finally {
    await nodeFiles.remove(beside);
  }
  await nodeFiles.syncFolder(dirname(path));
}

async function* withMember(content: AsyncIterable<Uint8Array>, envelope: Envelope): AsyncGenerator<Uint8Array> {
  yield* content;
  yield signatureMember(envelope);
}

function report({ file, detached }: SignOrder, { signed, signatures }: Envelope, { terminal }: CommandContext): void {
  const statement = readPackageStatement(signed);
  if (!statement.ok) throw new CommandLineError(statement.problem);
  const { sequence, floor, expires } = statement.value;
  const words = [
    `signed with ${signatures.map(({ keyid }) => shortId(keyid)).join(", ")}`,
    `sequence ${sequence}`,
    ...(floor === undefined ? [] : [`floor ${floor}`]),
    ...(expires === undefined ? [] : [`until ${formatInstant(expires)}`]),
  ];
  terminal.out(`${detached ? `${file}.sig` : file}: ${words.join(", ")}\n`);
}
