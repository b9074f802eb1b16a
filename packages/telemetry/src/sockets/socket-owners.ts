/** Whose sockets they are: an application's are those of all processes of its programs' groups. */
import { posix } from "node:path";
import type { TreeFiles } from "@gateway-engine/core/files";

export interface SocketOwnersDeps {
  readonly files: Pick<TreeFiles, "readText" | "list" | "readLink">;
  /** `/`, unless told otherwise. */
  readonly root: string;
}

/** A program that the supervisor has started: the leader of a process group. */
export interface SupervisedProgram {
  readonly application: string;
  readonly pid: number;
}

/** @returns applications by the inodes of their sockets; processes that end meanwhile, or may not be looked at, have none */
export async function socketOwners(
  deps: SocketOwnersDeps,
  programs: readonly SupervisedProgram[],
): Promise<ReadonlyMap<number, string>> {
  const byGroup = new Map(programs.map(({ pid, application }) => [pid, application]));
  const owners = new Map<number, string>();
  for (const pid of await deps.files.list(posix.join(deps.root, "proc"))) {
    if (!/^\d+$/.test(pid)) continue;
    const application = byGroup.get((await groupOf(deps, pid)) ?? 0);
    if (application === undefined) continue;
    for (const inode of await socketsOf(deps, pid)) owners.set(inode, application);
  }
  return owners;
}

/** @see proc_pid_stat(5), field 5 */
async function groupOf({ files, root }: SocketOwnersDeps, pid: string): Promise<number | undefined> {
  const stat = await files.readText(posix.join(root, "proc", pid, "stat")).catch(() => undefined);
  // The command name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[2] === undefined ? undefined : Number(fields[2]);
}

async function socketsOf({ files, root }: SocketOwnersDeps, pid: string): Promise<readonly number[]> {
  const folder = posix.join(root, "proc", pid, "fd");
  const inodes: number[] = [];
  for (const name of await files.list(folder).catch(() => [])) {
    const target = await files.readLink(posix.join(folder, name)).catch(() => "");
    const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
    if (inode !== undefined) inodes.push(Number(inode));
  }
  return inodes;
}
