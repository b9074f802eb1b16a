/** What runs as another user, which only root can make so: the program, whatever it is started through, and its commands. */
import { spawnSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { eventually, superviseFolder } from "../test/daemon/gateway.ts";

const USER = "www-data";

beforeAll(() => {
  // Missing is a failure here, not a reason to skip: root, and an account that every Debian has.
  expect(process.getuid?.()).toBe(0);
  expect(spawnSync("id", [USER]).status).toBe(0);
});

test("a program with limits of its own keeps them, and its user, when supervisord needs more files than it", async () => {
  const folder = superviseFolder(`[supervisord]
minfds=200
[program:many]
command=sleep 1000
numprocs=40
process_name=many%(process_num)02d
[program:who]
command=sh -c "id -un; id -Gn; ulimit -Sn; ulimit -c; exec sleep 1000"
user=${USER}
stdout_logfile=$HERE/who.log
[gateway-engine:who]
limit_core=0
`);
  await folder.start({}, ["/bin/sh", "-c", 'ulimit -Sn 300; exec "$0" "$@"']);
  await eventually(() => folder.read("who.log") === `${USER}\n${groupsOf(USER)}\n300\n0\n`);
  const { pid } = await folder.until("who", "RUNNING");
  expect(spawnSync("ps", ["-o", "user=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim()).toMatch(
    /^www-data\s+sleep$/,
  );
});

test("commands around a run, and checks of it, run as the program's user", async () => {
  const folder = superviseFolder(`[program:who]
command=sleep 1000
user=${USER}
startsecs=0
stderr_logfile=$HERE/err.log
[gateway-engine:who]
pre_start=sh -c "echo before as $(id -un) with $(id -Gn)"
post_stop=sh -c "echo after as $(id -un)"
ready_command=sh -c "test $(id -un) = ${USER}"
health_command=sh -c "test $(id -un) = root"
health_interval=100ms
health_retries=1
restart_limit=0 in 60s
`);
  await folder.start();
  await folder.until("who", "FATAL");
  const log = folder.read("main.log");
  expect(log).toContain("ready: who");
  expect(log).toContain("unhealthy: who (1 health check failed: exit status 1)");
  await eventually(() => folder.read("err.log") === `before as ${USER} with ${groupsOf(USER)}\nafter as ${USER}\n`);
});

function groupsOf(user: string): string {
  return spawnSync("id", ["-Gn", user], { encoding: "utf8" }).stdout.trim();
}
