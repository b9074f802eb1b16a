/**
 * Makes the release package for this machine's architecture: the gateway's programs, each in one file, the Node that
 * runs them, and `install.sh`. The same sources give the same bytes.
 *
 * Usage: npm run release [-- --out FOLDER]
 */
import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "@gateway-engine/core/version";
import { packFolder } from "./archive.ts";
import { bundlePrograms } from "./bundle.ts";
import { writeNotices } from "./notices.ts";
import { stagePackage } from "./stage.ts";

const repository = resolve(import.meta.dirname, "../..");
const { values } = parseArgs({ options: { out: { type: "string", default: join(repository, "build") } } });
const out = resolve(values.out);

/** The top folder of the archive; the README's commands say `cd gateway-engine`. */
const folder = join(out, "gateway-engine");
await rm(folder, { recursive: true, force: true });

const bundled = await bundlePrograms(repository, join(folder, "lib"));
await stagePackage(repository, folder);
await writeNotices(repository, bundled, join(folder, "THIRD-PARTY-NOTICES.txt"));

const archive = join(out, `GatewayEngine.v${VERSION.replaceAll(".", "-")}.tar.gz`);
await packFolder(out, "gateway-engine", archive);
await rm(folder, { recursive: true });
const megabytes = ((await stat(archive)).size / 1e6).toFixed(1);
console.log(`${archive} (${megabytes} MB, for ${process.arch})`);
