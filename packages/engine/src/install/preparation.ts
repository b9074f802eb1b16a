import { type CheckResult, formatChecks } from "@gateway-engine/artifact/check-package";
import { fail } from "@gateway-engine/artifact/check-result";
import { unpackPackage } from "@gateway-engine/artifact/unpack-package";
import { InstallError, PackageError } from "@gateway-engine/core/errors";
import type { Files, TreeFiles } from "@gateway-engine/core/files";
import { VERSION } from "@gateway-engine/core/version";
import { componentOf } from "../components/component-of.ts";
import type { ComponentSteps } from "../components/component-steps.ts";
import type { Journal } from "../journal/journal.ts";
import { checkFloor, type RollbackFloors } from "../trust/rollback-floors.ts";
import type { CheckedPackage, SignatureCheck } from "../trust/signature-check.ts";
import { type AdmissionDeps, admit } from "./admission/admit.ts";
import { DISK_RESERVE_BYTES } from "./disk-reserve.ts";
import type { Fetched, PackageFetcher } from "./fetch-package.ts";
import type { InstallEvent } from "./next.ts";
import type { ProgramSwitch } from "./program-switch.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { failureOf } from "./report.ts";
import type { ScriptStage } from "./script-stage.ts";
import type { Predecessor, Release, UnpackedRelease } from "./state.ts";
import type { StepContext } from "./step-context.ts";
import { unknownApp, type VersionTable } from "./version-table.ts";

export interface PreparationDeps {
  readonly files: Files & TreeFiles;
  readonly journal: Pick<Journal, "commits" | "committedRelease">;
  readonly fetcher: PackageFetcher;
  readonly folders: ReleaseFolders;
  readonly programs: Pick<ProgramSwitch, "currentConf">;
  readonly versions: Pick<VersionTable, "versionOf" | "apps">;
  readonly floors: Pick<RollbackFloors, "of">;
  readonly script: Pick<ScriptStage, "modeFor">;
  readonly signatures: Pick<SignatureCheck, "wantsDetached" | "check" | "checkAgain">;
  readonly admission: AdmissionDeps;
  /** For packages that replace a part of the engine; loaded when there is one. */
  readonly components: () => Promise<Pick<ComponentSteps, "admit">>;
  readonly bootId: () => string;
}

/** What is done before anything of a package runs: it is brought here, looked at, and compared with what is in force. */
export class Preparation {
  readonly #deps: PreparationDeps;

  constructor(deps: PreparationDeps) {
    this.#deps = deps;
  }

  /** What a rollback goes to: the release that was committed before the one in force. Nothing is changed. */
  async chooseEarlier(app: string): Promise<InstallEvent> {
    const { versions, journal, folders } = this.#deps;
    try {
      if ((await versions.versionOf(app)) === undefined) throw await unknownApp(app, versions);
      const [, earlier] = journal.commits(app);
      if (earlier === undefined)
        throw new InstallError("E_ROLLBACK", { app, reason: "no version was installed before" });
      const { release } = earlier;
      const { version, signature } = release;
      const name = `${app} version ${version}`;
      checkFloor({ name, app, sequence: signature?.sequence }, this.#deps.floors.of(app));
      if (signature !== undefined) await this.#deps.signatures.checkAgain(name, signature);
      if (await folders.isUnpacked(release)) return { kind: "chosen", release };
      throw new InstallError("E_ROLLBACK", {
        app,
        reason: `version ${version} is no longer unpacked; install it`,
      });
    } catch (error) {
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  async fetch({ install, signal, onFetched }: StepContext): Promise<Fetched> {
    const { fetcher, signatures } = this.#deps;
    const fetched = await fetcher.fetch(install, { signal, onFetched });
    if (fetched.kind === "stalled") return fetched;
    if (!(await signatures.wantsDetached(fetcher.packageFile(install)))) return fetched;
    return (await fetcher.fetchSignature(install, signal)) ?? fetched;
  }

  /** Only the bytes whose signature was checked are unpacked. */
  async unpack(release: Release, { install, signal }: StepContext): Promise<InstallEvent> {
    const { files, folders, components } = this.#deps;
    const component = componentOf(release.app);
    if (component !== undefined) await (await components()).admit(release, component, signal);
    const checked = await this.#checkSignature(release, { install, signal });
    if (checked instanceof PackageError) {
      const checks = formatChecks([fail("signature", checked.message)]);
      return { kind: "failed", failure: failureOf(checked), checks };
    }
    const { content, signature, results: verdict } = checked;
    const staging = await folders.stage(release, install.id);
    const { ok, results, contents } = await unpackPackage({
      files,
      name: install.name,
      source: content(),
      folder: staging,
      reserveBytes: DISK_RESERVE_BYTES,
      signal,
    });
    const checks = formatChecks([...results, ...verdict]);
    if (!ok || contents === undefined) {
      return { kind: "failed", failure: failureOf(brokenRule(install.name, results)), checks };
    }
    await folders.place(release, install.id);
    const { contentRoot, entries } = contents;
    const conf = contentRoot === "" ? "supervisor.conf" : `${contentRoot}/supervisor.conf`;
    const hasProgram = component !== undefined || entries.some(({ path }) => path === conf);
    const vouched = signature === undefined ? {} : { signature };
    return { kind: "unpacked", release: { ...release, ...vouched, contentRoot, hasProgram }, checks };
  }

  async #checkSignature(
    { app }: Release,
    { install, signal }: Pick<StepContext, "install" | "signal">,
  ): Promise<CheckedPackage | PackageError> {
    const { fetcher, signatures } = this.#deps;
    const file = fetcher.packageFile(install);
    const onDisk = { name: install.name, app, file, signatureFile: fetcher.signatureFile(install) };
    try {
      return await signatures.check(onDisk, signal);
    } catch (error) {
      if (error instanceof PackageError) return error;
      throw error;
    }
  }

  async inspect(release: UnpackedRelease, { install }: StepContext): Promise<InstallEvent> {
    const { script, bootId } = this.#deps;
    await admit(this.#deps.admission, release, install.name);
    const previous = await this.#inForce(release.app);
    const mode = componentOf(release.app) === undefined ? await script.modeFor(release) : "script";
    return { kind: "inspected", previous, mode, bootId: bootId() };
  }

  async #inForce(app: string): Promise<Predecessor> {
    const { programs, versions, journal, folders } = this.#deps;
    const version = (await versions.versionOf(app)) ?? firstVersionOf(app);
    const release = journal.committedRelease(app);
    const isUnpacked = release?.version === version && (await folders.isUnpacked(release));
    return { version, conf: await programs.currentConf(app), release: isUnpacked ? release : null };
  }
}

/** Of what no package has brought here: the parts of the engine are there from the beginning. */
function firstVersionOf(app: string): string {
  const component = componentOf(app);
  if (component === undefined) return "";
  return component === "gwe" ? VERSION : "factory";
}

function brokenRule(name: string, results: readonly CheckResult[]): PackageError {
  const broken = results.find(({ verdict }) => verdict === "FAIL");
  const problem = broken?.message ?? "it breaks a rule";
  return new PackageError(broken?.code ?? "E_PACKAGE_CONTENT", { name, problem });
}
