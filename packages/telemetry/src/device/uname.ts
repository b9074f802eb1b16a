import { join } from "node:path";
import type { Files } from "@gateway-engine/core/files";

/**
 * One line as `uname -a` of GNU coreutils prints it on Linux: system, host, release, version, machine, `GNU/Linux`.
 *
 * @param root the folder that plays `/`
 * @param architecture what `uname -m` says
 */
export async function unameText(files: Pick<Files, "readText">, root: string, architecture: string): Promise<string> {
  const kernel = (name: string) => files.readText(join(root, "proc/sys/kernel", name));
  const texts = await Promise.all([kernel("ostype"), kernel("hostname"), kernel("osrelease"), kernel("version")]);
  return [...texts.map((text) => (text ?? "unknown").trim()), architecture, "GNU/Linux"].join(" ");
}
