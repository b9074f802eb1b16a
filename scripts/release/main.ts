/**
 * Makes the release package for this machine's architecture: the gateway's programs, each in one file, the Node that
 * runs them, and `install.sh`; and beside it the packages with which a gateway updates its parts over the air.
 * The same sources give the same bytes.
 *
 * Usage: npm run release [-- [--out FOLDER] [--version VERSION]]
 */
import { readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "@gateway-engine/core/version";
import { packFolder } from "./archive.ts";
import { bundlePrograms } from "./bundle.ts";
import { packComponents, packRuntime } from "./components.ts";
import { writeNotices } from "./notices.ts";
import { stagePackage } from "./stage.ts";

const repository = resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(repository, "build") },
    version: { type: "string", default: VERSION },
  },
});
const { version } = values;
const out = resolve(values.out);

/** The top folder of the archive; the README's commands say `cd gateway-engine`. */
const folder = join(out, "gateway-engine");
const temporary = [folder, ...["gwe", "gmq", "supervisor", "gwe-runtime"].map((name) => join(out, `.${name}`))];
await removeTemporary();

const bundled = await bundlePrograms({ repository, lib: join(folder, "lib"), version });
await stagePackage(repository, folder, version);
await writeNotices(repository, bundled, join(folder, "THIRD-PARTY-NOTICES.txt"));

const archive = join(out, `GatewayEngine.v${version.replaceAll(".", "-")}.tar.gz`);
await packFolder(out, "gateway-engine", archive);
const components = await packComponents(folder, version, out);
const runtime = await packRuntime(folder, await runtimeVersion(), out);
await removeTemporary();
for (const file of [archive, ...components, runtime]) {
  console.log(`${file} (${((await stat(file)).size / 1e6).toFixed(1)} MB, for ${process.arch})`);
}

async function removeTemporary(): Promise<void> {
  for (const path of temporary) await rm(path, { recursive: true, force: true });
}

/** Of the Node that this repository pins. */
async function runtimeVersion(): Promise<string> {
  const file = join(repository, "node_modules", `node-linux-${process.arch}`, "package.json");
  return (JSON.parse(await readFile(file, "utf8")) as { readonly version: string }).version;
}
