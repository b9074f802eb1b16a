import { EARLIEST_TIME } from "@gateway-engine/core/version";
import type { ClockInfo } from "@gateway-engine/protocol/device-info";
import { readBootTime } from "./boot-state.ts";
import { present } from "./present.ts";
import type { SystemTree } from "./system-tree.ts";

/** Whether the clock can be trusted, and whether it goes on without power. */
export async function readClock(tree: SystemTree): Promise<ClockInfo> {
  const [synchronised, rtc] = await Promise.all([readSynchronisation(tree), readRtc(tree)]);
  if (synchronised === undefined) tree.gaps.add("clock.synchronised", "nothing tells");
  return present({ synchronised, rtc });
}

/** Only a time service knows; each leaves another trace. */
async function readSynchronisation(tree: SystemTree): Promise<boolean | undefined> {
  const bootTime = await readBootTime(tree);
  if (bootTime === undefined) return undefined;
  const uptime = Number.parseFloat((await tree.text("proc/uptime")) ?? "0");
  if ((bootTime + uptime) * 1000 < EARLIEST_TIME) return false;
  if (await tree.has(`${TIMESYNCD}/synchronized`)) return true;
  for (const path of DRIFT_FILES) {
    const written = (await tree.stat(path))?.modifiedAt ?? 0;
    if (written > bootTime * 1000) return true;
  }
  return (await tree.has(TIMESYNCD)) ? false : undefined;
}

/** The name of the clock that keeps time without power, as its driver calls it; false when there is none. */
async function readRtc(tree: SystemTree): Promise<string | false> {
  const [first] = (await tree.list("sys/class/rtc")).filter((name) => /^rtc\d+$/.test(name));
  return first === undefined ? false : ((await tree.words(`sys/class/rtc/${first}/name`)) ?? first);
}

/** systemd-timesyncd(8) makes the folder when it starts, and the file in it when it has set the clock. */
const TIMESYNCD = "run/systemd/timesync";
/** chronyd and ntpd write how fast the clock runs wrong, once they follow a source. */
const DRIFT_FILES = [
  "var/lib/chrony/drift",
  "var/lib/chrony/chrony.drift",
  "var/lib/ntp/ntp.drift",
  "var/lib/ntp/drift",
  "var/lib/ntpsec/ntp.drift",
];
