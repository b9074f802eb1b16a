/** The licences of what a release contains besides our own code. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface Notice {
  readonly title: string;
  readonly text: string;
}

/** @param inputs source files that were bundled, relative to the repository */
export async function writeNotices(repository: string, inputs: readonly string[], file: string): Promise<void> {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const notices = await Promise.all([...folders].sort().map((folder) => noticeOf(join(repository, folder))));
  const node = await noticeOf(join(repository, "node_modules", `node-linux-${process.arch}`));
  const sections = [...notices, node].map(({ title, text }) => `${"=".repeat(80)}\n${title}\n\n${text.trim()}\n`);
  await writeFile(file, `Gateway Engine contains the following software of others.\n\n${sections.join("\n")}`);
}

/** @throws Error when a package names no licence: it must not be shipped */
async function noticeOf(folder: string): Promise<Notice> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const licenceFile = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (license === undefined && licenceFile === undefined) throw new Error(`${name} ${version} names no licence`);
  const text = licenceFile === undefined ? "" : await readFile(join(folder, licenceFile), "utf8");
  return { title: `${name} ${version} (${license ?? "see below"})`, text };
}
