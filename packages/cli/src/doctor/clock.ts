import { isSaneTime, isSynchronised } from "../machine-clock.ts";
import { timeOf } from "../printing.ts";
import { type Check, fail, ok, warn } from "./check.ts";

export const checkClock: Check = async ({ now, commands, environment, signal }) => {
  const time = timeOf(now());
  if (!isSaneTime(now())) {
    return [
      fail(
        `it is ${time} here, which cannot be right`,
        "set it: date -s 2026-11-23T10:00; certificates fail until then",
      ),
    ];
  }
  const synchronised = await isSynchronised({ commands, environment, signal });
  if (synchronised === true) return [ok(`${time}, synchronised`)];
  if (synchronised === undefined) return [ok(`${time}; nobody on this machine tells whether it is synchronised`)];
  return [warn(`${time}, not synchronised`, "start an NTP client, or let it reach its server (UDP port 123)")];
};
