/** The script of the life of a gateway, in chapters: each is one command of the cloud, and what becomes of it undisturbed. */
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { APP, oneOff, ticker } from "./packages.ts";

export interface Chapter {
  readonly name: string;
  /** In the server's content area. */
  readonly packages: readonly PackageFixture[];
  /** Text for `engine_fetch`. @param deployment that it is to belong to */
  readonly command: (deployment: string) => string;
  /** With which status it ends when nothing disturbs it; undefined: that is not known. */
  readonly ends?: FetchStatus["status"];
  /** The line is cut in the middle of the first download. */
  readonly cutsLine?: boolean;
}

export const LIFE: readonly Chapter[] = [
  { name: "first install", ...install(ticker("1")), ends: "ok", cutsLine: true },
  { name: "upgrade", ...install(ticker("2")), ends: "ok" },
  { name: "the same version again", ...install(ticker("2")), ends: "ok" },
  { name: "a script that fails", ...install(ticker("4", { further: "exit 3" })), ends: "failed" },
  { name: "a program that crashes", ...install(ticker("3", { program: "exit 1", probation: 3 })), ends: "failed" },
  { name: "rollback", ...command("rollback"), ends: "ok" },
  { name: "one-off", ...install(oneOff()), ends: "ok" },
  { name: "uninstall", ...command("uninstall"), ends: "ok" },
];

function install(fixture: PackageFixture): Pick<Chapter, "packages" | "command"> {
  const command = (deployment: string) => JSON.stringify({ install: [{ name: fixture.fileName, deployment }] });
  return { packages: [fixture], command };
}

function command(verb: "rollback" | "uninstall"): Pick<Chapter, "packages" | "command"> {
  return { packages: [], command: (deployment) => JSON.stringify({ [verb]: [{ name: APP, deployment }] }) };
}
