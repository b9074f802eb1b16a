/** reread, update, add and remove: bringing a changed configuration into effect. */
import { readConfigChanges, readFlag, readList, readOutcomes, readProcessInfo } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { applyChanges, type UpdateStep } from "../../xmlrpc/update.ts";
import { EXIT } from "../exit-codes.ts";
import { HELP } from "../help.ts";
import type { CtlSession } from "../session.ts";

export async function reread(session: CtlSession, args: readonly string[]): Promise<void> {
  if (args.length > 0) return session.fail(`Error: reread accepts no arguments\n${HELP["reread"]}`);
  try {
    const { added, changed, removed } = await session.call(readConfigChanges, "reloadConfig");
    const lines = [
      ...added.map((name) => `${name}: available`),
      ...changed.map((name) => `${name}: changed`),
      ...removed.map((name) => `${name}: disappeared`),
    ];
    if (lines.length === 0) session.print("No config updates to processes");
    for (const line of lines.sort()) session.print(line);
  } catch (error) {
    const fault = faultOf(error);
    if (fault?.code === FAULTS.SHUTDOWN_STATE) session.fail("ERROR: supervisor shutting down");
    else if (fault?.code === FAULTS.CANT_REREAD) session.fail(`ERROR: ${fault.text}`);
    else throw error;
  }
}

export async function update(session: CtlSession, args: readonly string[]): Promise<void> {
  let changes: Awaited<ReturnType<typeof readChanges>>;
  try {
    changes = await readChanges(session);
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.SHUTDOWN_STATE) throw error;
    return session.fail("ERROR: already shutting down");
  }
  const names = new Set(args.includes("all") ? [] : args);
  if (names.size > 0) {
    const processes = await session.call(readList(readProcessInfo), "getAllProcessInfo");
    const known = new Set([...processes.map((info) => info.group), ...changes.added]);
    for (const name of names) if (!known.has(name)) session.fail(`ERROR: no such group: ${name}`);
  }
  await applyChanges(updatePort(session), changes, (step) => reportStep(session, step), {
    names,
    signal: session.deps.signal,
  });
}

export async function add(session: CtlSession, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await session.call(readFlag, "addProcessGroup", name);
      session.print(`${name}: added process group`);
    } catch (error) {
      const code = faultOf(error)?.code;
      if (code === FAULTS.SHUTDOWN_STATE) session.fail("ERROR: shutting down");
      else if (code === FAULTS.ALREADY_ADDED) session.print("ERROR: process group already active");
      else if (code === FAULTS.BAD_NAME) session.fail(`ERROR: no such process/group: ${name}`);
      else throw error;
    }
  }
}

export async function remove(session: CtlSession, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await session.call(readFlag, "removeProcessGroup", name);
      session.print(`${name}: removed process group`);
    } catch (error) {
      const code = faultOf(error)?.code;
      if (code === FAULTS.STILL_RUNNING) session.fail(`ERROR: process/group still running: ${name}`);
      else if (code === FAULTS.BAD_NAME) session.fail(`ERROR: no such process/group: ${name}`);
      else throw error;
    }
  }
}

function readChanges(session: CtlSession) {
  return session.call(readConfigChanges, "reloadConfig");
}

function updatePort(session: CtlSession): Parameters<typeof applyChanges>[0] {
  return {
    stopProcessGroup: (group) => session.call(readOutcomes, "stopProcessGroup", group),
    removeProcessGroup: async (group) => void (await session.call(readFlag, "removeProcessGroup", group)),
    addProcessGroup: async (group) => void (await session.call(readFlag, "addProcessGroup", group)),
    updateProcessGroup: (group) => updateInPlace(session, group),
  };
}

/** @returns false also for a supervisord that has no such method, as the original */
async function updateInPlace(session: CtlSession, group: string): Promise<boolean> {
  try {
    return await session.call(readFlag, "updateProcessGroup", group);
  } catch (error) {
    if (faultOf(error)?.code === FAULTS.UNKNOWN_METHOD) return false;
    throw error;
  }
}

function reportStep(session: CtlSession, { group, did }: UpdateStep): void {
  session.print(`${group}: ${STEP_TEXTS[did]}`);
  if (did === "not-removed") session.exitCode = EXIT.generic;
}

const STEP_TEXTS: Readonly<Record<UpdateStep["did"], string>> = {
  stopped: "stopped",
  removed: "removed process group",
  updated: "updated process group",
  added: "added process group",
  "not-removed": "has problems; not removing",
};
