import { expect, test } from "vitest";
import { parseProcessStat } from "../../src/apps/process-stat.ts";

// A line as proc_pid_stat(5) describes it: utime 11, stime 22, cutime 33, cstime 44, starttime 5500.
const REST = "4194560 100 200 0 0 11 22 33 44 20 0 1 0 5500 1000000 250 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0";

test.each(["sine", "a b", "a) (b)", ")"])("a process called %j is read", (name) => {
  expect(parseProcessStat(`4711 (${name}) S 1 4700 4600 0 -1 ${REST}`)).toEqual({
    ...{ pid: 4711, parent: 1, group: 4700, session: 4600, cpuTicks: 110, startTicks: 5500 },
  });
});

test.each(["", "4711", "4711 (sine", "4711 (sine) S 1 2 3"])("%j is no process", (text) => {
  expect(parseProcessStat(text)).toBeUndefined();
});
