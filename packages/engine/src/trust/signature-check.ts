import { type CheckResult, pass } from "@gateway-engine/artifact/check-result";
import type { RootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { digestOfSigned, signedBytes, takeApart } from "@gateway-engine/artifact/trust/signed-package";
import type { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import {
  checkExpiry,
  needsTime,
  openEnvelope,
  rotated,
  type Vouched,
  vouch,
} from "@gateway-engine/artifact/trust/vouch";
import type { Timestamp } from "@gateway-engine/core/clock";
import { PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { EngineConfig } from "@gateway-engine/protocol/engine-config";
import type { ReleaseSignature } from "../install/state.ts";
import type { KnownTime } from "./known-time.ts";
import { checkFloor, type RollbackFloors } from "./rollback-floors.ts";
import { unsignedPackage } from "./unsigned-package.ts";

export interface SignatureCheckDeps {
  readonly files: Pick<Files, "stat" | "stream" | "readThrough" | "readBytes">;
  readonly trust: Pick<TrustFile, "read" | "change">;
  readonly floors: Pick<RollbackFloors, "of">;
  readonly time: Pick<KnownTime, "latest" | "note">;
  readonly rule: () => Promise<EngineConfig["requireSignature"]>;
  /** What the server says the time is, or undefined when it cannot be asked. */
  readonly serverTime: (signal: AbortSignal) => Promise<Timestamp | undefined>;
}

/** A package that is here, in a folder where nobody else writes. */
export interface PackageOnDisk {
  /** As it was ordered. */
  readonly name: string;
  readonly app: string;
  readonly file: string;
  /** Where its detached signature would lie. */
  readonly signatureFile: string;
}

export interface CheckedPackage {
  /** The bytes that may be unpacked: what comes after them in the file is not signed. */
  readonly content: () => AsyncIterable<Uint8Array>;
  /** Of a package that trusted keys have signed. */
  readonly signature?: ReleaseSignature;
  /** None where there is nothing to say. */
  readonly results: readonly CheckResult[];
}

/** Decides, before anything of a package is unpacked, whether enough trusted keys have signed it. */
export class SignatureCheck {
  readonly #deps: SignatureCheckDeps;

  constructor(deps: SignatureCheckDeps) {
    this.#deps = deps;
  }

  /** Whether a package that carries no signature may need one from beside it. */
  async wantsDetached(file: string): Promise<boolean> {
    const { files, trust, rule } = this.#deps;
    if ((await trust.read()) === undefined || (await rule()) === "never") return false;
    return (await takeApart(files, file)).envelope === undefined;
  }

  /**
   * Key rotations that the package carries are in force from here on, whatever becomes of the package.
   *
   * @throws PackageError E_SIGNATURE_MISSING, _INVALID, _EXPIRED or _OLD; ConfigError E_TRUST
   */
  async check(onDisk: PackageOnDisk, signal: AbortSignal): Promise<CheckedPackage> {
    const { files, trust, floors, rule } = this.#deps;
    const { name, app, file } = onDisk;
    const { length, envelope: embedded } = await takeApart(files, file);
    const content = () => signedBytes(files, file, length);
    const bytes = embedded ?? (await files.readBytes(onDisk.signatureFile));
    const root = await trust.read();
    if (bytes === undefined || root === undefined) {
      const facts = { name, app, isSigned: bytes !== undefined, trustsKeys: root !== undefined };
      return { content, results: unsignedPackage({ ...facts, rule: await rule(), floor: floors.of(app) }) };
    }
    const envelope = openEnvelope(name, bytes);
    const trusted = await this.#rotate(root, (current) => rotated(name, envelope, current));
    const digest = await digestOfSigned(files, file, length, signal);
    const vouched = vouch({ name, digest, envelope, root: trusted });
    await this.#checkTime(vouched, signal);
    checkFloor({ ...vouched.statement, app }, floors.of(app));
    return { content, signature: signatureOf(vouched), results: [praise(vouched)] };
  }

  /**
   * A release that was signed well enough once, and is to be put in force again.
   *
   * @throws PackageError E_SIGNATURE_INVALID when too few of its keys are left, since others have been revoked
   */
  async checkAgain(name: string, { keys }: ReleaseSignature): Promise<void> {
    const root = await this.#deps.trust.read();
    if (root === undefined || (await this.#deps.rule()) === "never") return;
    const left = keys.filter((id) => !root.revoked.includes(id));
    if (left.length === keys.length || left.length >= root.threshold) return;
    const problem = "it was signed by a key that has been revoked since";
    throw new PackageError("E_SIGNATURE_INVALID", { name, problem });
  }

  /** The change is computed again under the lock of the file: somebody may have changed it meanwhile. */
  async #rotate(root: RootStatement, rotate: (root: RootStatement) => RootStatement): Promise<RootStatement> {
    if (rotate(root) === root) return root;
    return this.#deps.trust.change((current) => rotate(current ?? root));
  }

  async #checkTime(vouched: Vouched, signal: AbortSignal): Promise<void> {
    const { time, serverTime } = this.#deps;
    time.note(vouched.statement.issued);
    if (!needsTime(vouched)) return;
    time.note((await serverTime(signal)) ?? 0);
    checkExpiry(vouched, time.latest);
  }
}

function signatureOf({ statement, signers }: Vouched): ReleaseSignature {
  const { sequence, floor } = statement;
  return { keys: signers.map(({ id }) => id), sequence, ...(floor === undefined ? {} : { floor }) };
}

function praise({ statement, signers }: Vouched): CheckResult {
  const names = signers.map(({ name }) => name).join(", ");
  return pass("signature", `signed by ${names}, sequence ${statement.sequence}`);
}
