import { type PackageCheck, PackageRules } from "./check-package.ts";
import { type ExtractPackageOptions, extractPackage } from "./extract-package.ts";
import type { PackageContents } from "./read-package.ts";

export interface UnpackedPackage extends PackageCheck {
  /** Undefined when it cannot be unpacked; it can be, and break a rule all the same. */
  readonly contents: PackageContents | undefined;
}

/** Checks and unpacks a package in one read, as `checkPackage` and `extractPackage` do. What is refused is not left behind. */
export async function unpackPackage(options: Omit<ExtractPackageOptions, "watch">): Promise<UnpackedPackage> {
  const rules = new PackageRules(options.name);
  let contents: PackageContents | undefined;
  const extracting = extractPackage({ ...options, watch: (entry, content) => rules.watch(entry, content) });
  const check = await rules.judge(
    extracting.then((extracted) => {
      contents = extracted;
      return extracted;
    }),
  );
  if (!check.ok) await options.files.remove(options.folder);
  return { ...check, contents };
}
