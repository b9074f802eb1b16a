/** Programs of every temper, for random walks over a daemon. None outlives its supervisor's interest by more than 2 seconds. */

interface WalkProgram {
  /** Of its section; `program` when missing. */
  readonly kind?: "program" | "eventlistener" | "fcgi-program";
  /** Its section, without the head. */
  readonly options: string;
  /** Its section `[gateway-engine:x]`, without the head. */
  readonly extras?: string;
  /** Another of these programs: it waits for it where both are configured. */
  readonly dependsOn?: string;
  /** Namespecs of its processes. */
  readonly processes: readonly string[];
}

const sh = (script: string) => `command=/bin/sh -c "${script}"`;

/** The walk writes into its standard input too: it must not wait for the rest of an event that was none. */
const LISTENER =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  "while echo READY; read -r head; do timeout 1 head -c ${head##*len:} >/dev/null; printf 'RESULT 2\\nOK'; done";

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
  heard: {
    kind: "eventlistener",
    options: `${sh(LISTENER)}\nevents=PROCESS_STATE_RUNNING,TICK_5\nnumprocs=2\nprocess_name=heard_%(process_num)d\nstartsecs=0`,
    processes: ["heard:heard_0", "heard:heard_1"],
  },
  served: {
    kind: "fcgi-program",
    options:
      "command=/bin/sleep 1000\nsocket=unix://$HERE/served.sock\nnumprocs=2\nprocess_name=served_%(process_num)d\nstartsecs=0",
    processes: ["served:served_0", "served:served_1"],
  },
  ground: {
    options: `${sh("sleep 0.5; exit 1")}\nstartsecs=0\nautorestart=true`,
    extras: "ready_command=/bin/true\nready_interval=0.1\nready_timeout=1",
    processes: ["ground"],
  },
  house: { options: "command=/bin/sleep 1000\nstartsecs=0", dependsOn: "ground", processes: ["house"] },
  unwell: {
    options: "command=/bin/sleep 1000\nstartsecs=0",
    extras: "health_command=/bin/false\nhealth_interval=0.1\nhealth_retries=1\nrestart_limit=3 in 10s\nfatal_retry=1",
    processes: ["unwell"],
  },
  tidy: {
    options: `${sh("sleep 2 & sleep 0.3; exit 1")}\nstartsecs=0\nautorestart=true`,
    extras: "kill_leftovers=true\nbackoff_initial=0.1\nbackoff_max=0.5",
    processes: ["tidy"],
  },
  hooked: {
    options: `${sh("sleep 0.3; exit 1")}\nstartsecs=0\nautorestart=unexpected`,
    extras: "pre_start=/bin/sleep 0.05\npost_stop=/bin/sleep 0.05",
    processes: ["hooked"],
  },
  left: { options: "command=/bin/sleep 1000\nstartsecs=0", processes: ["pair:left"] },
  right: { options: `${sh("sleep 0.3; exit 1")}\nstartsecs=0`, processes: ["pair:right"] },
};

export const PROGRAM_NAMES: readonly string[] = Object.keys(PROGRAMS);

export const PROCESSES: readonly string[] = Object.values(PROGRAMS).flatMap(({ processes }) => processes);

export const GROUPS: readonly string[] = [...new Set(PROCESSES.map((namespec) => namespec.split(":")[0] ?? namespec))];

/** @param variant changes the configuration of every program, and nothing else of it */
export function configurationOf(names: readonly string[], variant: number): string {
  const sections = Object.entries(PROGRAMS)
    .filter(([name]) => names.includes(name))
    .map(([name, program]) => sectionsOf(name, program, { names, variant }));
  const pair = names.filter((name) => PROGRAMS[name]?.processes[0]?.startsWith("pair:") === true);
  if (pair.length > 0) sections.push(`[group:pair]\nprograms=${pair.join(",")}\n`);
  return sections.join("\n");
}

function sectionsOf(
  name: string,
  { kind = "program", options, extras, dependsOn }: WalkProgram,
  { names, variant }: { readonly names: readonly string[]; readonly variant: number },
): string {
  const section = `[${kind}:${name}]\n${options}\nstopwaitsecs=1\nenvironment=VARIANT="${variant}"\n`;
  const waits = dependsOn !== undefined && names.includes(dependsOn) ? `depends_on=${dependsOn}` : undefined;
  const own = extras ?? waits;
  return own === undefined ? section : `${section}[gateway-engine:${name}]\n${own}\n`;
}
