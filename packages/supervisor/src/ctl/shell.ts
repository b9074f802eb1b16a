/** The interactive shell: the status first, then action by action until the input ends. */
import { readList, readProcessInfo } from "../xmlrpc/answers.ts";
import { makeNamespec } from "./namespec.ts";
import { ACTION_NAMES, runLine } from "./run.ts";
import type { CtlSession } from "./session.ts";

export async function runShell(session: CtlSession, prompt: string): Promise<void> {
  await runLine(session, "status");
  while (!session.deps.signal.aborted) {
    const line = await session.deps.ask(`${prompt}> `);
    if (!(await runLine(session, line ?? "EOF"))) return;
  }
}

/**
 * What may stand at the end of `line`: an action, or a name of what the action works on.
 *
 * @returns the possible words, and the part of the line that they would replace
 */
export async function completeLine(session: CtlSession, line: string): Promise<[readonly string[], string]> {
  const words = line.trimStart().split(/\s+/);
  const [action = ""] = words;
  const last = words.at(-1) ?? "";
  const offered = words.length < 2 || action === "help" ? ACTION_NAMES : await namesFor(session, action, last);
  return [offered.filter((word) => word.startsWith(last)).map((word) => `${word} `), last];
}

const TAKE_GROUPS = ["add", "remove", "update"];
const TAKE_PROCESSES = ["clear", "fg", "pid", "restart", "signal", "start", "status", "stop", "tail"];

async function namesFor(session: CtlSession, action: string, last: string): Promise<readonly string[]> {
  if (!TAKE_GROUPS.includes(action) && !TAKE_PROCESSES.includes(action)) return [];
  const infos = await session.call(readList(readProcessInfo), "getAllProcessInfo");
  const groups = [...new Set(infos.map((info) => info.group))];
  if (TAKE_GROUPS.includes(action)) return groups;
  const inGroups = infos.filter((info) => last.includes(":") || info.name !== info.group);
  const names = infos.map((info) => makeNamespec(info.group, info.name));
  const whole = new Set(inGroups.map((info) => `${info.group}:*`));
  return [...names, ...inGroups.map((info) => `${info.group}:${info.name}`), ...whole].filter(
    (name, index, all) => all.indexOf(name) === index,
  );
}
