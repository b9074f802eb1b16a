/** What the names in `depends_on` mean. */
import type { ProcessConfig } from "../config/model.ts";

/** @param name of a program, of a group (also `group:*`), or `group:process` */
export function isMeant(name: string, { group, program, name: process }: ProcessConfig): boolean {
  const [groupName, processName] = name.split(":", 2);
  if (processName === undefined) return name === program || name === group;
  return groupName === group && (processName === "" || processName === "*" || processName === process);
}

export function dependsOn(one: ProcessConfig, other: ProcessConfig): boolean {
  return one.extras.dependsOn.some((name) => isMeant(name, other));
}
