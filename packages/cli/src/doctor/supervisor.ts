import { describeError } from "@gateway-engine/core/errors";
import type { ProcessInfo } from "@gateway-engine/engine/neighbours";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";

export const checkSupervisor: Check = async ({ neighbours: { supervisor }, signal }) => {
  let processes: readonly ProcessInfo[];
  try {
    processes = await supervisor.getAllProcessInfo(signal);
  } catch (error) {
    return [fail(describeError(error), "start it: service supervisor start, or supervisord")];
  }
  const broken = processes.flatMap(judgeProgram);
  return broken.length === 0 ? [ok(`supervisord runs ${processes.length} programs, none of which has failed`)] : broken;
};

type Program = Pick<ProcessInfo, "group" | "name" | "statename" | "exitstatus" | "description" | "spawnerr">;

export function judgeProgram({
  group,
  name,
  statename,
  exitstatus,
  description,
  spawnerr,
}: Program): readonly Verdict[] {
  const title = group === name ? name : `${group}:${name}`;
  const text = `${title} is ${statename}: ${spawnerr || description}`;
  const mend = `gwe logs ${group} tells why`;
  if (statename === "FATAL" || statename === "UNKNOWN") return [fail(text, mend)];
  if (statename === "BACKOFF" || (statename === "EXITED" && exitstatus !== 0)) return [warn(text, mend)];
  return [];
}
