/** Each gateway program and everything it imports: one file, and beside it those parts that are loaded only when they are needed. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** The programs of a gateway, by the name under which they are started. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  gwe: "packages/cli/dist/main.js",
  gmq: "packages/gmq/dist/main.js",
  gdc: "packages/device-client/dist/main.js",
  supervisord: "packages/supervisor/dist/supervisord-main.js",
  supervisorctl: "packages/supervisor/dist/supervisorctl-main.js",
};

/** Threads and helpers are started from a file of their own, beside the program: `new URL("./spool/spool-thread.js", import.meta.url)`. */
const BESIDE: Readonly<Record<string, string>> = {
  "spool/spool-thread": "packages/gmq/dist/spool/spool-thread.js",
  "listening-socket-maker": "packages/platform/dist/listening-socket-maker.js",
};

export interface Bundling {
  readonly repository: string;
  /** The folder for the files that `programFile` names. */
  readonly lib: string;
  /** What the programs say that they are. */
  readonly version: string;
}

/** @returns the source files that went in, relative to the repository */
export async function bundlePrograms({ repository, lib, version }: Bundling): Promise<readonly string[]> {
  const { gwe = "", ...others } = PROGRAMS;
  const options = { absWorkingDir: repository, outdir: lib, plugins: [versioned(version)], ...COMMON };
  const results = [
    await build({ ...options, ...AS_MODULE, entryPoints: BESIDE }),
    await build({ ...options, ...AS_COMMONJS, entryPoints: { gwe } }),
  ];
  for (const [program, main] of Object.entries(others)) {
    // One by one, so that no program shares a file with another; what `await import()` names is a file of its own.
    const chunkNames = `${program}-[name]-[hash]`;
    results.push(
      await build({ ...options, ...AS_MODULE, splitting: true, chunkNames, entryPoints: { [program]: main } }),
    );
  }
  await writeFile(join(lib, "package.json"), '{ "type": "module" }\n');
  return results.flatMap(({ metafile }) => Object.keys(metafile.inputs)).sort();
}

export function programFile(program: string): string {
  return program === "gwe" ? "gwe.cjs" : `${program}.js`;
}

/** A build may be given another version than its sources have, to try an update with. */
function versioned(version: string): Plugin {
  return {
    name: "version",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/core\/(src\/version\.ts|dist\/version\.js)$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        return { contents: text.replace(/(?<=VERSION = )"[^"]+"/, () => JSON.stringify(version)), loader: "ts" };
      }),
  };
}

/** Not minified, so that stack traces can be read. */
const COMMON = {
  bundle: true,
  platform: "node",
  target: "node22.13",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

const AS_MODULE = {
  format: "esm",
  // Some libraries are CommonJS and ask for Node's modules with `require`, which a module does not have.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
} as const satisfies BuildOptions;

/** A module in one file loads all of Node that any part of it uses; CommonJS only what runs, which makes `gwe -v` twice as fast. */
const AS_COMMONJS = {
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  define: { "import.meta.dirname": "__dirname" },
} as const satisfies BuildOptions;
