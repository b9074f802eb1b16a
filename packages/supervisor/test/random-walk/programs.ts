/** Programs of every temper, for random walks over a daemon. None outlives its supervisor's interest by more than 2 seconds. */

interface WalkProgram {
  /** Its section without `[program:x]`. */
  readonly options: string;
  /** Namespecs of its processes. */
  readonly processes: readonly string[];
}

const sh = (script: string) => `command=/bin/sh -c "${script}"`;

const PROGRAMS: Readonly<Record<string, WalkProgram>> = {
  steady: {
    options: `${sh("while :; do echo steady; sleep 0.2; done")}\nstartsecs=0\nstopasgroup=true\nstdout_logfile_maxbytes=100\nstdout_logfile_backups=2`,
    processes: ["steady"],
  },
  patient: { options: `${sh("exec sleep 1000")}\nstartsecs=1\nautorestart=true`, processes: ["patient"] },
  crasher: { options: `${sh("echo boom; exit 3")}\nstartsecs=0\nautorestart=true`, processes: ["crasher"] },
  failing: { options: `${sh("exit 0")}\nstartsecs=1\nstartretries=1`, processes: ["failing"] },
  once: { options: `${sh("sleep 0.1; echo done")}\nstartsecs=0\nstdout_logfile=NONE`, processes: ["once"] },
  stubborn: {
    options: `${sh("trap '' TERM; while :; do sleep 0.1; done")}\nstartsecs=0\nkillasgroup=true`,
    processes: ["stubborn"],
  },
  leisurely: {
    options: `${sh("trap 'sleep 0.2; exit 0' TERM; while :; do sleep 0.05; done")}\nstartsecs=0`,
    processes: ["leisurely"],
  },
  reader: {
    options: "command=/bin/cat\nstartsecs=0\nredirect_stderr=true\nstdout_logfile=$HERE/reader.log",
    processes: ["reader"],
  },
  forker: {
    options: `${sh("sleep 1.5 & sleep 1.5 & echo forked; wait; exit 1")}\nstartsecs=0\nautorestart=true`,
    processes: ["forker"],
  },
  closed: {
    options: `${sh("exec >/dev/null 2>&1 </dev/null; exec sleep 1000")}\nstartsecs=0`,
    processes: ["closed"],
  },
  missing: { options: "command=/nonexistent/program\nstartretries=1", processes: ["missing"] },
  homeless: { options: `${sh("exit 0")}\ndirectory=/nonexistent\nstartretries=1`, processes: ["homeless"] },
  twins: {
    options: "command=/bin/sleep 1000\nnumprocs=2\nprocess_name=twins_%(process_num)d\nstartsecs=0",
    processes: ["twins:twins_0", "twins:twins_1"],
  },
  left: { options: "command=/bin/sleep 1000\nstartsecs=0", processes: ["pair:left"] },
  right: { options: `${sh("sleep 0.3; exit 1")}\nstartsecs=0`, processes: ["pair:right"] },
};

export const PROGRAM_NAMES: readonly string[] = Object.keys(PROGRAMS);

export const PROCESSES: readonly string[] = Object.values(PROGRAMS).flatMap(({ processes }) => processes);

export const GROUPS: readonly string[] = [...new Set(PROCESSES.map((namespec) => namespec.split(":")[0] ?? namespec))];

/** @param variant changes the configuration of every program, and nothing else of it */
export function configurationOf(names: readonly string[], variant: number): string {
  const sections = names.map(
    (name) => `[program:${name}]\n${PROGRAMS[name]?.options}\nstopwaitsecs=1\nenvironment=VARIANT="${variant}"\n`,
  );
  const pair = names.filter((name) => PROGRAMS[name]?.processes[0]?.startsWith("pair:") === true);
  if (pair.length > 0) sections.push(`[group:pair]\nprograms=${pair.join(",")}\n`);
  return sections.join("\n");
}
