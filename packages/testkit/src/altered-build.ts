/**
 * A copy of some packages as they were built, which can be altered and started like the original: a test that is to find
 * a mistake shows with it that it does.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");

export interface Alteration {
  /** Stands in the compiled files of the package exactly once, whichever file that is. */
  readonly text: string;
  readonly instead: string;
}

/**
 * @param copied packages that may be altered; the others are those of the repository
 * @returns the folder of the packages: `<folder>/packages`
 */
export function copyBuild(folder: string, copied: readonly string[]): string {
  const packages = join(folder, "packages");
  for (const name of copied) {
    mkdirSync(join(packages, name), { recursive: true });
    for (const part of ["package.json", "bin", "dist"]) {
      if (!existsSync(join(ROOT, "packages", name, part))) continue;
      cpSync(join(ROOT, "packages", name, part), join(packages, name, part), { recursive: true });
    }
  }
  symlinkAll(join(ROOT, "packages"), packages, copied);
  symlinkAll(join(ROOT, "node_modules"), join(folder, "node_modules"), ["@gateway-engine"]);
  const ours = join(folder, "node_modules/@gateway-engine");
  symlinkAll(join(ROOT, "node_modules/@gateway-engine"), ours, copied);
  for (const name of copied) symlinkSync(join(packages, name), join(ours, name));
  return packages;
}

/** @param dist the compiled files of a package */
export function alterBuild(dist: string, { text, instead }: Alteration): void {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const places = files.flatMap((file) => Array<string>(timesIn(join(dist, file), text)).fill(file));
  const [file] = places;
  if (file === undefined || places.length > 1) {
    throw new Error(`this alteration does not apply any more: ${text} stands in ${places.join(", ") || "no file"}`);
  }
  const before = readFileSync(join(dist, file), "utf8");
  writeFileSync(
    join(dist, file),
    before.replace(text, () => instead),
  );
}

function timesIn(path: string, text: string): number {
  return readFileSync(path, "utf8").split(text).length - 1;
}

function symlinkAll(from: string, to: string, except: readonly string[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (!except.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
}
