import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Everything in which two machines, users or days could differ is set: order, owner, times, the umask's traces. */
const REPRODUCIBLE = [
  "--format=ustar",
  "--sort=name",
  "--owner=0",
  "--group=0",
  "--numeric-owner",
  "--mtime=@0",
  "--mode=u+rwX,go+rX,go-w",
];

/** Packs `<parent>/<folder>` as a .tar.gz with the one top folder `folder`. Needs GNU tar. */
export async function packFolder(parent: string, folder: string, archive: string): Promise<void> {
  await pack(parent, [folder], archive);
}

/** Packs what lies in `folder` as a .tar.gz without a top folder. */
export async function packContents(folder: string, archive: string): Promise<void> {
  await pack(folder, (await readdir(folder)).sort(), archive);
}

async function pack(folder: string, names: readonly string[], archive: string): Promise<void> {
  const tar = spawn("tar", [...REPRODUCIBLE, "-cf", "-", "-C", folder, ...names], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(tar, "close");
  await pipeline(tar.stdout, createGzip({ level: 9 }), createWriteStream(archive));
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`tar ended with status ${status}`);
}
