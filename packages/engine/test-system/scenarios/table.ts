/** The scenarios. @see docs/reference/install-undo.md#what-was-proven-where */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UNINSTALL, UPHEAVAL, type Version } from "./application.ts";
import type { Ending, Scenario, Scene } from "./scenario.ts";

const PLAIN: Version = {};
const REMOVABLE: Version = { uninstall: UNINSTALL };
const FAILS: Version = { further: "exit 3" };

/** Its first run waits to be cut off. */
const WAITS = '[ -e "$GWE_DATA_DIR/begun" ] || { touch "$GWE_DATA_DIR/begun"; sleep 60; }';
/** It has left its group by the time the script ends. */
const LEAVES_ONE = `setsid sh -c 'touch "$GWE_DATA_DIR/left"; exec sleep 86397' > /dev/null 2>&1 &
while [ ! -e "$GWE_DATA_DIR/left" ]; do sleep 0.02; done`;
/** It takes its time when it is stopped. */
const ENDS_SLOWLY = "trap 'sleep 0.5; exit' TERM; sleep 1000000 & wait";
const MANY_FILES = "mkdir many; i=0; while [ $i -lt 1500 ]; do : > many/$i; i=$((i + 1)); done";
const NEVER_WELL: Version = { manifest: { health: { command: ["false"], interval: 0.1, timeout: 0.2 } } };

const NEW: Ending = { status: "ok", state: "committed", runs: "2", files: "as the script makes them" };
const OLD: Ending = { status: "failed", state: "rolled-back", runs: "1", files: "as before" };
const SCRIPT_FAILED: Ending = { ...OLD, code: "E_INSTALL_SCRIPT", isUntouched: true };

export const SCENARIOS: readonly Scenario[] = [
  { what: "first install", order: install(PLAIN), ends: NEW },
  {
    what: "first install whose script fails half-way",
    order: install({ further: `${UPHEAVAL}; exit 3` }),
    ends: { status: "failed", state: "failed", code: "E_INSTALL_SCRIPT", files: "as before" },
  },
  {
    what: "the same, with an uninstall.sh",
    order: install({ ...FAILS, ...REMOVABLE }),
    ends: { status: "failed", state: "failed", code: "E_INSTALL_SCRIPT", files: "as before" },
  },
  upgrade("upgrade", PLAIN, NEW),
  upgrade("upgrade that replaces, removes, makes and changes", { further: UPHEAVAL }, NEW),
  upgrade("upgrade whose script fails half-way", FAILS, SCRIPT_FAILED),
  upgrade("the same, after it replaced, removed, made and changed", { further: `${UPHEAVAL}; exit 3` }, SCRIPT_FAILED),
  upgrade("the same, and it has an uninstall.sh", { ...FAILS, ...REMOVABLE }, SCRIPT_FAILED),
  upgrade(
    "the same, and that one ends the engine whenever it runs",
    { ...FAILS, uninstall: "kill -9 $PPID; sleep 5" },
    SCRIPT_FAILED,
  ),
  upgrade(
    "the same, and the script has spoiled its gwe.json",
    { further: 'echo "{" > "$GWE_RELEASE_DIR/gwe.json"; exit 3', ...REMOVABLE },
    SCRIPT_FAILED,
  ),
  upgrade(
    "upgrade whose script takes too long",
    { further: "sleep 60", manifest: { time_limit: 1 } },
    {
      ...OLD,
      code: "E_INSTALL_TIMEOUT",
      isUntouched: true,
    },
  ),
  upgrade(
    "upgrade that crash-loops",
    { further: UPHEAVAL, program: "exit 7", conf: "autorestart = true", manifest: { probation: 3 } },
    {
      ...OLD,
      code: "E_PROBATION",
    },
  ),
  upgrade(
    "upgrade that is FATAL at once",
    { further: UPHEAVAL, conf: "command = /nowhere/at-all" },
    {
      ...OLD,
      code: "E_PROBATION",
    },
  ),
  upgrade("upgrade that is never healthy", { further: UPHEAVAL, ...NEVER_WELL }, { ...OLD, code: "E_HEALTH" }),
  upgrade("upgrade that the supervisor refuses", { conf: "numprocs = 2" }, { ...OLD, code: "E_SUPERVISOR_FAULT" }),
  {
    ...upgrade("engine killed in installing", { further: UPHEAVAL, besides: WAITS }, NEW),
    cut: { state: "installing" },
  },
  {
    ...upgrade("engine killed in applying", { further: `${UPHEAVAL}; ${MANY_FILES}` }, NEW),
    cut: { state: "applying" },
    where: ({ undo }) => undo === "overlay",
  },
  {
    ...upgrade("engine killed in switching", { further: UPHEAVAL }, NEW),
    before: { program: ENDS_SLOWLY },
    cut: { state: "switching" },
  },
  {
    ...upgrade("engine killed in probation", { further: UPHEAVAL, manifest: { probation: 1 } }, NEW),
    cut: { state: "probation" },
  },
  {
    ...upgrade("engine killed in rolling-back", { further: UPHEAVAL, program: ENDS_SLOWLY, ...NEVER_WELL }, OLD),
    cut: { state: "rolling-back" },
  },
  {
    what: "one-off that restarts the machine",
    order: { verb: "install", oneOff: `${WAITS}\n` },
    cut: { state: "installing", reboots: true },
    ends: { status: "rebooted", state: "committed", files: "as before", also: hasRunOnce },
  },
  {
    what: "one-off that fails",
    order: { verb: "install", oneOff: `${UPHEAVAL}; exit 3` },
    ends: { status: "failed", state: "failed", files: "as before", also: hasRunOnce },
  },
  {
    what: "rollback by command",
    before: PLAIN,
    upgradedTo: { further: UPHEAVAL },
    order: { verb: "rollback" },
    ends: { ...NEW, runs: "1" },
  },
  {
    what: "uninstall",
    before: REMOVABLE,
    order: { verb: "uninstall" },
    ends: { status: "ok", state: "done", files: "as in the beginning" },
  },
  {
    what: "uninstall without an uninstall.sh",
    before: PLAIN,
    order: { verb: "uninstall" },
    ends: { status: "ok", state: "done", files: "as in the beginning" },
    where: ({ undo }) => undo === "overlay",
  },
  upgrade(
    "data of a version that is rolled back",
    {
      ...NEVER_WELL,
      program: 'for name in kept put-back; do echo new >> "$GWE_ROOT/srv/%app%/$name"; done; exec sleep 1000000',
      manifest: {
        ...NEVER_WELL.manifest,
        data: [{ path: "/srv/%app%/kept" }, { path: "/srv/%app%/put-back", on_rollback: "snapshot" }],
      },
    },
    { ...OLD, also: ({ root, app }) => expectText(join(root, `srv/${app}/kept`), "kept\nnew\n") },
  ),
  {
    ...upgrade("program and script of another user", { manifest: { user: "nobody" } }, NEW),
    before: { manifest: { user: "nobody" } },
    account: "nobody",
    where: ({ account }) => account === undefined,
  },
  upgrade(
    "script that leaves processes behind",
    { besides: LEAVES_ONE },
    {
      ...NEW,
      warns: "[WARN] script: it left 1 process running, which were ended",
    },
  ),
];

function install(version: Version): Scenario["order"] {
  return { verb: "install", version };
}

function upgrade(what: string, version: Version, ends: Ending): Scenario {
  return { what, before: PLAIN, order: install(version), ends };
}

function hasRunOnce({ root, app }: Scene): readonly string[] {
  return expectText(join(root, `var/lib/gateway-engine/data/${app}/runs`), "run\n");
}

function expectText(file: string, wanted: string): readonly string[] {
  const found = existsSync(file) ? readFileSync(file, "utf8") : "";
  return found === wanted ? [] : [`${file} holds ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
}
