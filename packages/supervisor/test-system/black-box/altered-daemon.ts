/** A copy of our daemon as it was built, which can be altered and started like the original. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../../..");

export interface Alteration {
  /** Stands in the compiled files of `packages/supervisor` exactly once, whichever file that is. */
  readonly text: string;
  readonly instead: string;
}

/** @returns the launcher of the copy */
export function copyDaemon(folder: string): string {
  const supervisor = join(folder, "packages/supervisor");
  mkdirSync(supervisor, { recursive: true });
  for (const part of ["package.json", "bin", "dist"]) {
    cpSync(join(ROOT, "packages/supervisor", part), join(supervisor, part), { recursive: true });
  }
  symlinkSync(join(ROOT, "packages/platform"), join(folder, "packages/platform"));
  symlinkAll(join(ROOT, "node_modules"), join(folder, "node_modules"), { except: "@gateway-engine" });
  const ours = join(folder, "node_modules/@gateway-engine");
  symlinkAll(join(ROOT, "node_modules/@gateway-engine"), ours, { except: "supervisor" });
  return join(supervisor, "bin/supervisord");
}

export function alter(folder: string, { text, instead }: Alteration): void {
  const dist = join(folder, "packages/supervisor/dist");
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

function symlinkAll(from: string, to: string, { except }: { readonly except: string }): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== except) symlinkSync(join(from, name), join(to, name));
  }
}
