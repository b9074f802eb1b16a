import type { SystemTree } from "./system-tree.ts";

/**
 * One line as `uname -a` of GNU coreutils prints it on Linux: system, host, release, version, machine, `GNU/Linux`.
 *
 * @param architecture what `uname -m` says
 */
export async function unameText(tree: SystemTree, architecture: string): Promise<string> {
  const kernel = (name: string) => tree.words(`proc/sys/kernel/${name}`);
  const texts = await Promise.all([kernel("ostype"), kernel("hostname"), kernel("osrelease"), kernel("version")]);
  return [...texts.map((text) => text ?? "unknown"), architecture, "GNU/Linux"].join(" ");
}
