/** Packages that replace a part of the engine, and the release that was installed first, out of builds of this repository. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, parse, resolve } from "node:path";
import { type Alteration, alterBuild, copyBuild } from "./altered-build.ts";
import type { PackageFixture } from "./package-fixtures.ts";
import { type TarEntry, tarGz } from "./tar-writer.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const LAUNCHERS = join(ROOT, "packages/platform/bin");

/** The file of an installed release that stands for a program, and the compiled file that it starts. */
const PROGRAMS = {
  gwe: { file: "gwe.cjs", main: "cli/dist/main.js", packages: ["core", "engine", "cli"] },
  gmq: { file: "gmq.js", main: "gmq/dist/main.js", packages: ["core", "gmq"] },
  supervisor: {
    file: "supervisord.js",
    main: "supervisor/dist/supervisord-main.js",
    packages: ["core", "supervisor"],
  },
} as const;

export type UpdatableProgram = keyof typeof PROGRAMS;

export interface PackageAlteration extends Alteration {
  /** The package whose compiled files are altered: one that the program is copied with. */
  readonly package: string;
}

export interface ProgramBuild {
  readonly program: UpdatableProgram;
  readonly version: string;
  /** Where the copy of the build goes: a folder of its own, that stays as long as the program is run. */
  readonly folder: string;
  readonly alterations?: readonly PackageAlteration[];
  /** Keys of gwe.json beside `component`. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A package with another build of a program, as `npm run release` makes it, but with the code left where it was built. */
export function programPackage(build: ProgramBuild): PackageFixture {
  const { program, version, manifest = {} } = build;
  const main = join(builtCopy(build), PROGRAMS[program].main);
  return componentPackage(program, version, manifest, [
    { path: `lib/${PROGRAMS[program].file}`, content: `import(${JSON.stringify(main)});\n` },
    { path: "lib/package.json", content: '{ "type": "module" }\n' },
    ...["launch", "process-one"].map((name) => ({
      path: `lib/${name}`,
      mode: 0o755,
      content: readFileSync(join(LAUNCHERS, name)),
    })),
  ]);
}

/** @param script what stands for Node */
export function runtimePackage(version: string, script: string, manifest = {}): PackageFixture {
  return componentPackage("gwe-runtime", version, manifest, [{ path: "runtime/node", mode: 0o755, content: script }]);
}

function componentPackage(
  name: string,
  version: string,
  manifest: Readonly<Record<string, unknown>>,
  entries: readonly TarEntry[],
): PackageFixture {
  const json: TarEntry = { path: "gwe.json", content: JSON.stringify({ component: name, ...manifest }) };
  return { fileName: `${name}.v${version}.tar.gz`, bytes: tarGz([json, ...entries]) };
}

/** Installs the build of this repository as `install.sh` would, on the Node that runs the tests. @returns its folder bin/ */
export function installFactoryRelease(root: string): string {
  const release = join(root, "opt/gateway-engine");
  for (const folder of ["bin", "lib", "runtime"]) mkdirSync(join(release, folder), { recursive: true });
  for (const name of ["launch", "launch-in-force", "trial", "process-one"]) {
    copyFileSync(join(LAUNCHERS, name), join(release, "lib", name));
  }
  symlinkSync(process.execPath, join(release, "runtime/node"));
  writeFileSync(join(release, "lib/package.json"), '{ "type": "module" }\n');
  for (const [name, { file, main }] of Object.entries(PROGRAMS)) {
    const target = JSON.stringify(join(ROOT, "packages", main));
    writeFileSync(join(release, "lib", file), `import(${target});\n`);
    const launcher = `#!/bin/sh\nexec "${release}/lib/launch-in-force" ${name} ${file} "$@"\n`;
    writeFileSync(join(release, "bin", parse(file).name), launcher, { mode: 0o755 });
  }
  return join(release, "bin");
}

function builtCopy({ program, version, folder, alterations = [] }: ProgramBuild): string {
  const packages = copyBuild(folder, PROGRAMS[program].packages);
  const numbered = { package: "core", text: 'VERSION = "2.0.0"', instead: `VERSION = ${JSON.stringify(version)}` };
  for (const { package: name, ...alteration } of [numbered, ...alterations]) {
    alterBuild(join(packages, name, "dist"), alteration);
  }
  return packages;
}
