/** Each gateway program and everything it imports, in one file. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** The programs of a gateway, by the name under which they are started. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  gwe: "packages/cli/dist/main.js",
  gmq: "packages/gmq/dist/main.js",
  gdc: "packages/device-client/dist/main.js",
  supervisord: "packages/supervisor/dist/supervisord-main.js",
  supervisorctl: "packages/supervisor/dist/supervisorctl-main.js",
};

/** Threads are started from a file of their own, beside the program: `new URL("./sqlite-worker.js", import.meta.url)`. */
const WORKERS: Readonly<Record<string, string>> = {
  "sqlite-worker": "packages/platform/dist/sqlite-worker.js",
};

/** Some libraries are CommonJS and ask for Node's modules with `require`, which a module does not have. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * @param lib the folder for `<program>.js`
 * @returns the source files that went in, relative to the repository
 */
export async function bundlePrograms(repository: string, lib: string): Promise<readonly string[]> {
  const result = await build({
    absWorkingDir: repository,
    entryPoints: { ...PROGRAMS, ...WORKERS },
    outdir: lib,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.13",
    // Neither split nor minified: a program is one file, and its stack traces can be read.
    banner: { js: REQUIRE },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  await writeFile(join(lib, "package.json"), '{ "type": "module" }\n');
  return Object.keys(result.metafile.inputs).sort();
}
