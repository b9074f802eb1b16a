/** Peers that come as a package of Debian. Installing it is for whoever runs the benchmark. */
import { existsSync } from "node:fs";
import { runCommand } from "../../machine/command.ts";
import type { Availability } from "../../measurement.ts";

/** @param file the program that will be started */
export async function lookFor(debianPackage: string, file: string): Promise<Availability> {
  if (!existsSync(file)) return { kind: "missing", reason: `no ${file}: apt install ${debianPackage}` };
  const version = await runCommand("dpkg-query", ["--show", debianPackage], { accept: [0, 1] });
  return { kind: "available", version: version.trim().replace("\t", " ") };
}
