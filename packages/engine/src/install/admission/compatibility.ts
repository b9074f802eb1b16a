import type { AppManifest, Dependency } from "@gateway-engine/artifact/app-manifest";
import { PackageError } from "@gateway-engine/core/errors";
import type { InstalledApp } from "@gateway-engine/protocol/engine-config";

/** What a package may ask of the gateway that it is to run on. */
export interface GatewayFacts {
  /** The engine's version. */
  readonly engine: string;
  /** As `uname -m` prints it. */
  readonly machine: string;
  readonly apps: readonly InstalledApp[];
}

/**
 * @param name of the package, for messages
 * @returns E_INCOMPATIBLE or E_DEPENDENCY for the first thing that the gateway does not offer
 */
export function incompatibility(name: string, manifest: AppManifest, gateway: GatewayFacts): PackageError | undefined {
  const { minimumEngine, architectures, depends } = manifest;
  const refuse = (problem: string) => new PackageError("E_INCOMPATIBLE", { name, problem });
  if (minimumEngine !== undefined && compareVersions(gateway.engine, minimumEngine) < 0) {
    return refuse(`it needs release ${minimumEngine} of the engine or a newer one, and this is ${gateway.engine}`);
  }
  const architecture = ARCHITECTURES.find(([pattern]) => pattern.test(gateway.machine))?.[1] ?? gateway.machine;
  if (architectures.length > 0 && !architectures.includes(architecture)) {
    return refuse(`it is made for ${architectures.join(", ")}, and this is ${architecture} (${gateway.machine})`);
  }
  return depends.map((dependency) => missing(name, dependency, gateway.apps)).find((error) => error !== undefined);
}

function missing(name: string, { app, versions }: Dependency, apps: readonly InstalledApp[]): PackageError | undefined {
  const installed = apps.find((candidate) => candidate.name === app);
  if (installed !== undefined && (versions.length === 0 || versions.includes(installed.version))) return undefined;
  const needed = versions.length === 0 ? app : `${app} in version ${versions.join(" or ")}`;
  const found = installed === undefined ? "it is not installed" : `version ${installed.version} is installed`;
  return new PackageError("E_DEPENDENCY", { name, needed, found });
}

/** What `uname -m` calls the architectures that Node has names for. */
const ARCHITECTURES: readonly (readonly [RegExp, string])[] = [
  [/^(x86_64|amd64)$/, "x64"],
  [/^(aarch64|arm64)/, "arm64"],
  [/^arm/, "arm"],
  [/^i[3-6]86$/, "ia32"],
  [/^ppc64/, "ppc64"],
  [/^loongarch64$/, "loong64"],
];

/** By their numbers; what stands behind them, as in `2.1.0-rc1`, does not count. @returns below, at or above 0 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  const differing = a.findIndex((number, index) => number !== b[index]);
  return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  const [major = 0, minor = 0, patch = 0] = (/^[\d.]+/.exec(version)?.[0] ?? "").split(".").map(Number);
  return [major, minor, patch];
}
