import { describe, expect, test } from "vitest";
import { raiseLimits } from "../../src/daemon/least-limits.ts";
import { OpenFiles } from "../../src/daemon/open-files.ts";
import { superviseFolder } from "./gateway.ts";

const UNLIMITED = Number.POSITIVE_INFINITY;

describe("minfds and minprocs", () => {
  test.each([
    { soft: 500, hard: 4000, minfds: 1024, openFiles: { soft: 1024, hard: 4000 }, says: ["1024"], sets: [] },
    { soft: 1024, hard: 4000, minfds: 1024, openFiles: { soft: 1024, hard: 4000 }, says: [], sets: [] },
    { soft: 2000, hard: 4000, minfds: 1024, openFiles: { soft: 2000, hard: 4000 }, says: [], sets: [] },
    { soft: 500, hard: 800, minfds: 1024, openFiles: { soft: 1024, hard: 1024 }, says: ["1024"], sets: ["1024"] },
    {
      soft: UNLIMITED,
      hard: UNLIMITED,
      minfds: 9,
      openFiles: { soft: UNLIMITED, hard: UNLIMITED },
      says: [],
      sets: [],
    },
  ])("$minfds of $soft up to $hard", ({ soft, hard, minfds, openFiles, says, sets }) => {
    const set: string[] = [];
    const raised = raiseLimits(
      { minfds, minprocs: 0 },
      {
        found: { openFiles: { soft, hard }, processes: { soft: 10, hard: 10 } },
        set: (resource, limit) => {
          set.push(`${limit.hard}`);
          return resource === "open-files" ? undefined : "refused";
        },
      },
    );
    expect(raised).toMatchObject({ ok: true, value: { openFiles } });
    const messages = raised.ok ? raised.value.notices.map(({ message }) => message) : [];
    expect(messages).toEqual(says.map((limit) => `Increased RLIMIT_NOFILE limit to ${limit}`));
    expect(set).toEqual(sets);
  });

  test.each([
    {
      minfds: 20,
      minprocs: 0,
      says: "The minimum number of file descriptors required to run this process is 20 as per",
    },
    {
      minfds: 0,
      minprocs: 20,
      says: "The minimum number of available processes required to run this program is 20 as",
    },
  ])("that cannot be had end supervisord", ({ minfds, minprocs, says }) => {
    const found = { openFiles: { soft: 10, hard: 10 }, processes: { soft: 10, hard: 10 } };
    const raised = raiseLimits({ minfds, minprocs }, { found, set: () => "refused" });
    expect(raised.ok ? "" : raised.problem).toContain(says);
  });
});

describe("the limit of open files", () => {
  test("is that of the children until we need more, and then each child is told its own", () => {
    const wanted = { soft: 1024, hard: 8000 };
    const ours: number[] = [];
    const openFiles = new OpenFiles(wanted, { soft: 8000, hard: 8000 }, { set: ({ soft }) => void ours.push(soft) });
    const log = { write: () => {} };
    openFiles.provideFor(10, log);
    expect(openFiles.forChildren).toBeUndefined();
    openFiles.provideFor(500, log);
    expect(openFiles.forChildren).toEqual(wanted);
    openFiles.provideFor(10, log);
    expect(openFiles.forChildren).toBeUndefined();
    expect(ours).toEqual([1024, 8000, 1024]);
  });

  test("stays when it cannot be set, which is said once", () => {
    const said: string[] = [];
    const log = { write: (_level: string, message: string) => void said.push(message) };
    const openFiles = new OpenFiles(
      { soft: 1024, hard: 8000 },
      { soft: 8000, hard: 8000 },
      { set: () => "no-prlimit" },
    );
    openFiles.provideFor(10, log);
    openFiles.provideFor(11, log);
    expect(said).toEqual(["programs may open 8000 files instead of 1024: the command prlimit is missing"]);
    expect(openFiles.forChildren).toBeUndefined();
  });

  test.each([
    { numprocs: 2, how: "inherits it" },
    { numprocs: 31, how: "is given it, when there are more processes than that would do for us" },
  ])("of a child is the one that supervisord found, not Node's: it $how", async ({ numprocs }) => {
    const folder = superviseFolder(`[supervisord]
minfds=200
[program:limits]
command=/bin/sh -c "ulimit -Sn; env | grep -c ^GWE_FOUND"
process_name=limits_%(process_num)d
numprocs=${numprocs}
startsecs=0
autorestart=false
stdout_logfile=$HERE/limits_%(process_num)d.log
`);
    await folder.start({}, ["/bin/sh", "-c", 'ulimit -Sn 300; exec "$0" "$@"']);
    await folder.until(`limits:limits_${numprocs - 1}`, "EXITED");
    expect(folder.read(`limits_${numprocs - 1}.log`)).toBe("300\n0\n");
  });

  test("is raised to minfds, as the log says", async () => {
    const folder = superviseFolder(`[supervisord]
minfds=250
[program:limits]
command=/bin/sh -c "ulimit -Sn"
startsecs=0
autorestart=false
stdout_logfile=$HERE/limits.log
`);
    await folder.start({}, ["/bin/sh", "-c", 'ulimit -Sn 200; exec "$0" "$@"']);
    await folder.until("limits", "EXITED");
    expect(folder.read("limits.log")).toBe("250\n");
    expect(folder.read("main.log")).toContain("INFO Increased RLIMIT_NOFILE limit to 250\n");
  });
});
