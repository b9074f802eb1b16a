/** A package of about 100 MB, of what applications are made of: a large program, data that is packed already, and sources. */
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../machine/command.ts";
import { BUILD_FOLDER } from "../machine/repository.ts";

export interface PackageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** @param hasProgram whether the supervisor has something to start afterwards; an engine undoes such a package exactly */
export async function packageFile(hasProgram: boolean): Promise<PackageFile> {
  const packed = join(BUILD_FOLDER, `install/${hasProgram ? "program" : "one-off"}.tar.gz`);
  if (!existsSync(packed)) await makePackage(packed, hasProgram);
  const bytes = Uint8Array.from(readFileSync(packed));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function makePackage(packed: string, hasProgram: boolean): Promise<void> {
  const folder = `${packed}.folder`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "install.sh"), INSTALL_SCRIPT, { mode: 0o755 });
  if (hasProgram) writeFileSync(join(folder, "supervisor.conf"), SUPERVISOR_CONF);
  copyFileSync(process.execPath, join(folder, "program"));
  for (let index = 0; index < DATA_FILES; index += 1) {
    writeFileSync(join(folder, `data/${index}.bin`), randomBytes(DATA_FILE_BYTES));
  }
  for (let index = 0; index < SOURCE_FILES; index += 1) {
    const module = join(folder, `modules/${index % 100}`);
    mkdirSync(module, { recursive: true });
    writeFileSync(join(module, `${index}.js`), sourceText(index));
  }
  await runCommand("tar", ["czf", `${packed}.new`, "-C", folder, "."]);
  renameSync(`${packed}.new`, packed);
  rmSync(folder, { recursive: true });
}

/** It writes a few files of its own, as most do. */
const INSTALL_SCRIPT = `#!/bin/sh
set -e
target="\${GWE_ROOT:-$PWD/root}/opt/bench"
mkdir -p "$target"
for file in 1 2 3 4 5; do cp install.sh "$target/$file"; done
`;
const SUPERVISOR_CONF = "[supervisord]\ncommand = sleep 1000000\nstartsecs = 0\n";

const DATA_FILES = 12;
const DATA_FILE_BYTES = 4_500_000;
const SOURCE_FILES = 2000;

function sourceText(seed: number): string {
  const lines = Array.from({ length: 250 }, (_, line) => {
    const value = Math.imul(seed * 251 + line, 2_654_435_761) >>> 0;
    return `export const value${value.toString(36)} = compute("${value.toString(16)}", ${value % 1000}, { line: ${line} });`;
  });
  return `${lines.join("\n")}\n`;
}
