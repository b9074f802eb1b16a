import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../../machine/command.ts";
import { freePort, isAnswered, startServer } from "../../machine/server-process.ts";
import type { Availability } from "../../measurement.ts";
import type { QueuePeer, RunningQueue, Setting } from "../peer.ts";
import { lookFor } from "./debian-package.ts";

/** Each INSERT is a transaction whose log is synced before it is acknowledged; those that come together may share a sync. */
export const postgresql: QueuePeer = { name: "PostgreSQL", protocol: "postgresql", prepare, start };

const VERSIONS = "/usr/lib/postgresql";

/** The folder of the newest version's programs. */
function programs(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map(Number) : [];
  return `${VERSIONS}/${Math.max(...versions)}/bin`;
}

function prepare(): Promise<Availability> {
  return lookFor("postgresql", join(programs(), "postgres"));
}

async function start({ folder }: Setting): Promise<RunningQueue> {
  const user = await otherThanRoot();
  const data = join(folder, "data");
  mkdirSync(data);
  if (user !== undefined) {
    chownSync(data, user.uid, user.gid);
    for (const above of [folder, dirname(folder)]) chmodSync(above, 0o711);
  }
  const initialize = ["--pgdata", data, "--username", "bench", "--auth", "trust", "--encoding", "UTF8", "--no-locale"];
  await runCommand(join(programs(), "initdb"), initialize, { cwd: data, ...(user === undefined ? {} : { user }) });
  const port = await freePort();
  const options = { listen_addresses: "127.0.0.1", unix_socket_directories: "", synchronous_commit: "on", fsync: "on" };
  const args = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = await startServer(
    {
      file: join(programs(), "postgres"),
      args: ["-D", data, "-p", String(port), ...args],
      folder,
      ...(user === undefined ? {} : { user }),
    },
    () => isAnswered(port),
  );
  return { pid: server.pid, port, stop: server.end };
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
async function otherThanRoot(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (which: string) => Number(await runCommand("id", [which, "postgres"]));
  return { uid: await id("-u"), gid: await id("-g") };
}
