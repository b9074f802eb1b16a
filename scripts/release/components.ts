/** The packages with which a gateway's engine updates its own parts over the air: each holds one of them, and no runtime but its own. */
import { copyFile, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packContents } from "./archive.ts";

interface Component {
  readonly name: string;
  /** Of `PROGRAMS` in bundle.ts. */
  readonly programs: readonly string[];
  /** What the programs start or load beside their own files, relative to lib/. */
  readonly others: readonly string[];
}

const COMPONENTS: readonly Component[] = [
  { name: "gwe", programs: ["gwe", "gdc"], others: [] },
  { name: "gmq", programs: ["gmq"], others: ["spool"] },
  { name: "supervisor", programs: ["supervisord", "supervisorctl"], others: ["listening-socket-maker.js"] },
];

/** What every program is started with. */
const LAUNCHER_FILES = ["launch", "process-one", "package.json"];

/** @throws Error when a program belongs to none: it could not be started in an installed release */
export function componentOf(program: string): string {
  const component = COMPONENTS.find(({ programs }) => programs.includes(program));
  if (component === undefined) throw new Error(`${program} belongs to no component`);
  return component.name;
}

/**
 * @param release the staged release
 * @returns the packages' files
 */
export async function packComponents(release: string, version: string, out: string): Promise<readonly string[]> {
  const lib = await readdir(join(release, "lib"));
  const packages: string[] = [];
  for (const { name, programs, others } of COMPONENTS) {
    const folder = join(out, `.${name}`);
    const own = lib.filter((file) => programs.some((program) => belongsTo(file, program)));
    await mkdir(join(folder, "lib"), { recursive: true });
    for (const file of [...own, ...others, ...LAUNCHER_FILES]) {
      await cp(join(release, "lib", file), join(folder, "lib", file), { recursive: true });
    }
    packages.push(await pack({ name, version, folder, release, out, manifest: {} }));
  }
  return packages;
}

/** @returns the package's file */
export async function packRuntime(release: string, version: string, out: string): Promise<string> {
  const folder = join(out, ".gwe-runtime");
  await mkdir(join(folder, "runtime"), { recursive: true });
  await cp(join(release, "runtime/node"), join(folder, "runtime/node"));
  const manifest = { architectures: [process.arch] };
  return pack({ name: "gwe-runtime", version, folder, release, out, manifest });
}

interface ComponentPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly release: string;
  readonly out: string;
  /** Keys of gwe.json beside `component`. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

async function pack({ name, version, folder, release, out, manifest }: ComponentPackage): Promise<string> {
  for (const file of ["LICENSE.txt", "THIRD-PARTY-NOTICES.txt"])
    await copyFile(join(release, file), join(folder, file));
  await writeFile(join(folder, "VERSION"), `${version}\n`);
  await writeFile(join(folder, "gwe.json"), `${JSON.stringify({ component: name, ...manifest }, null, 2)}\n`);
  const archive = join(out, `${name}.v${version}.tar.gz`);
  await packContents(folder, archive);
  return archive;
}

/** `gmq.js` and its parts, `gmq-fsck-2KQ7.js`. */
function belongsTo(file: string, program: string): boolean {
  return file === `${program}.js` || file === `${program}.cjs` || file.startsWith(`${program}-`);
}
