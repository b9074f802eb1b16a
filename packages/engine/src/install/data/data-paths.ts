import type { AppManifest, DataPath } from "@gateway-engine/artifact/app-manifest";

/** Where a release's data are on this gateway; what happens to them there is never undone with the script. @param root `GWE_ROOT` */
export function dataPaths({ data }: Pick<AppManifest, "data">, root: string): readonly string[] {
  return data.map(({ path }) => belowRoot(path, root));
}

/** Those that are put back when the release is rolled back. */
export function snapshotPaths({ data }: Pick<AppManifest, "data">, root: string): readonly string[] {
  return data.filter(isSnapshot).map(({ path }) => belowRoot(path, root));
}

function isSnapshot({ onRollback }: DataPath): boolean {
  return onRollback === "snapshot";
}

function belowRoot(path: string, root: string): string {
  return root === "/" ? path : `${root}${path}`;
}
