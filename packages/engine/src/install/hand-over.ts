/** Rights for an account that a release's script and program run as. */
import type { ChildUser } from "@gateway-engine/core/children";
import { InstallError } from "@gateway-engine/core/errors";
import type { CommandRunner } from "@gateway-engine/core/processes";

export interface HandOver {
  /** Everything of the release. The account's group may read it, and run what its owner may run. */
  readonly releaseFolder: string;
  /** It, and what is in it, belongs to the account. */
  readonly dataFolder: string;
  readonly user: ChildUser;
  /** The package's file name, for messages. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** @throws InstallError E_INSTALL_SCRIPT, what `signal` was aborted with */
export async function handOver(commands: CommandRunner, order: HandOver): Promise<void> {
  const { releaseFolder, dataFolder, user } = order;
  await change(commands, order, ["chgrp", "-R", "-h", String(user.gid), releaseFolder]);
  await change(commands, order, ["chmod", "-R", "g+rX", releaseFolder]);
  await change(commands, order, ["chown", "-R", "-h", `${user.uid}:${user.gid}`, dataFolder]);
}

async function change(commands: CommandRunner, { name, signal }: HandOver, line: readonly string[]): Promise<void> {
  const [file = "", ...args] = line;
  let said = "";
  const result = await commands.run({
    file,
    args,
    cwd: "/",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    timeoutMs: LIMIT_MS,
    graceMs: 0,
    signal,
    onOutput: (chunk) => {
      said ||= new TextDecoder().decode(chunk).split("\n", 1)[0] ?? "";
    },
  });
  signal.throwIfAborted();
  if (result.kind === "exited" && result.status === 0) return;
  throw new InstallError("E_INSTALL_SCRIPT", { script: file, name, reason: said || result.kind });
}

/** A hundred thousand files on a slow card. */
const LIMIT_MS = 120_000;
