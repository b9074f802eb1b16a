import type { PackageName } from "@gateway-engine/artifact/package-name";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import type { Chapter } from "../../test-system/crash-points/life.ts";

/**
 * What can be done with one package: install it, install it again under another version, go back, take it away.
 * The upgrade is of the same bytes, so whatever of it shows after a roll-back is left of the upgrade.
 */
export function lifeOfPackage({ name, version }: PackageName, { fileName, bytes }: PackageFixture): readonly Chapter[] {
  const next = { fileName: `${name}.v${version}.next.tar.gz`, bytes };
  return [
    { name: "install", ...install({ fileName, bytes }), ends: "ok", cutsLine: true },
    { name: "install again", ...install({ fileName, bytes }), ends: "ok" },
    { name: "upgrade", ...install(next) },
    { name: "rollback", ...order("rollback", { name }) },
    { name: "uninstall", ...order("uninstall", { name }) },
  ];
}

function install(fixture: PackageFixture): Pick<Chapter, "packages" | "command"> {
  return { ...order("install", { name: fixture.fileName }), packages: [fixture] };
}

function order(verb: string, item: Readonly<Record<string, string>>): Pick<Chapter, "packages" | "command"> {
  return { packages: [], command: (deployment) => JSON.stringify({ [verb]: [{ ...item, deployment }] }) };
}
