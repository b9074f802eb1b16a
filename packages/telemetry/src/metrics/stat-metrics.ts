import { family, type Labels, type MetricFamily, single } from "./family.ts";

/** @param text of /proc/stat; @see proc_stat(5) */
export function statMetrics(text: string): readonly MetricFamily[] {
  const cpu: (readonly [Labels, number])[] = [];
  const singles = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name = "", ...fields] = line.split(/\s+/);
    const number = /^cpu(\d+)$/.exec(name)?.[1];
    if (number === undefined) singles.set(name, Number(fields[0]));
    else cpu.push(...secondsByMode(number, fields));
  }
  const one = (type: "counter" | "gauge", field: string, name: string, help: string) =>
    single(type, name, help, singles.get(field));
  return [
    family("counter", "node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", cpu),
    one("gauge", "btime", "node_boot_time_seconds", "Node boot time, in unixtime."),
    one("counter", "ctxt", "node_context_switches_total", "Total number of context switches."),
    one("counter", "processes", "node_forks_total", "Total number of forks."),
    one("gauge", "procs_running", "node_procs_running", "Number of processes in runnable state."),
    one("gauge", "procs_blocked", "node_procs_blocked", "Number of processes blocked waiting for I/O to complete."),
  ];
}

function secondsByMode(cpu: string, fields: readonly string[]): readonly (readonly [Labels, number])[] {
  return MODES.flatMap((mode, index) => {
    const ticks = fields[index];
    return ticks === undefined ? [] : [[{ cpu, mode }, Number(ticks) / USER_HZ] as const];
  });
}

/** In the order of the columns. Old kernels have fewer. */
const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];

/** What the kernel counts in for programs, whatever its own tick is. */
const USER_HZ = 100;
