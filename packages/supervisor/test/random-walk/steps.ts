/** What a random walk may do to a daemon, as data that can be printed and played again. */

import type { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";
import { GROUPS, PROCESSES, PROGRAM_NAMES } from "./programs.ts";

export type Step =
  /** `impatientMs`: the caller goes away before the answer. */
  | {
      readonly kind: "call";
      readonly method: string;
      readonly params: readonly XmlRpcValue[];
      readonly impatientMs?: number;
    }
  | { readonly kind: "kill-child"; readonly process: string; readonly signal: NodeJS.Signals }
  | { readonly kind: "update"; readonly programs: readonly string[]; readonly variant: number }
  | { readonly kind: "refused-reread" }
  | { readonly kind: "reopen-logs" }
  | { readonly kind: "restart"; readonly by: "SIGHUP" | "supervisor.restart" }
  | { readonly kind: "follow-log"; readonly path: string; readonly ms: number }
  | { readonly kind: "pause"; readonly ms: number };

type StepMaker = (random: SeededRandom) => Step;

const call =
  (method: string, params: (random: SeededRandom) => readonly XmlRpcValue[]): StepMaker =>
  (random) => {
    const impatient = random.fraction() < 0.1 ? { impatientMs: random.below(30) } : {};
    return { kind: "call", method, params: params(random), ...impatient };
  };

const aProcess = (random: SeededRandom) => random.pick(PROCESSES);
const aGroup = (random: SeededRandom) => random.pick(GROUPS);
const wait = (random: SeededRandom) => random.fraction() < 0.5;

/** Weights say how often, out of their sum. */
const MAKERS: readonly (readonly [weight: number, make: StepMaker])[] = [
  [160, call("startProcess", (random) => [aProcess(random), wait(random)])],
  [140, call("stopProcess", (random) => [aProcess(random), wait(random)])],
  [30, call("startProcessGroup", (random) => [aGroup(random), wait(random)])],
  [30, call("stopProcessGroup", (random) => [aGroup(random), wait(random)])],
  [10, call("startAllProcesses", (random) => [wait(random)])],
  [5, call("stopAllProcesses", (random) => [wait(random)])],
  [
    60,
    call("signalProcess", (random) => [aProcess(random), random.pick(["HUP", "USR1", "TERM", "KILL", "CONT", "0"])]),
  ],
  [10, call("signalProcessGroup", (random) => [aGroup(random), random.pick(["TERM", "KILL"])])],
  [60, call("sendProcessStdin", (random) => [aProcess(random), `${random.below(1000)}\n`])],
  [40, call("clearProcessLogs", (random) => [aProcess(random)])],
  [5, call("clearAllProcessLogs", () => [])],
  [40, call("tailProcessStdoutLog", (random) => [aProcess(random), 0, random.below(500)])],
  [20, call("readProcessStderrLog", (random) => [aProcess(random), 0, random.below(500)])],
  [10, call("readLog", () => [-200, 0])],
  [60, call("getProcessInfo", (random) => [aProcess(random)])],
  [15, call("addProcessGroup", (random) => [aGroup(random)])],
  [15, call("removeProcessGroup", (random) => [aGroup(random)])],
  [5, call("reloadConfig", () => [])],
  [5, call("getAllConfigInfo", () => [])],
  [120, aKill],
  [30, anUpdate],
  [5, () => ({ kind: "refused-reread" })],
  [10, () => ({ kind: "reopen-logs" })],
  [1, (random) => ({ kind: "restart", by: random.pick(["SIGHUP", "supervisor.restart"]) })],
  [10, aFollowedLog],
  [60, (random) => ({ kind: "pause", ms: random.below(40) })],
];

const TOTAL_WEIGHT = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

export function randomSteps(random: SeededRandom, count: number): readonly Step[] {
  return Array.from({ length: count }, () => randomStep(random));
}

function randomStep(random: SeededRandom): Step {
  let at = random.below(TOTAL_WEIGHT);
  for (const [weight, make] of MAKERS) {
    if (at < weight) return make(random);
    at -= weight;
  }
  throw new Error("the weights do not add up");
}

function aKill(random: SeededRandom): Step {
  const signal = random.pick<NodeJS.Signals>(["SIGKILL", "SIGKILL", "SIGTERM", "SIGSTOP", "SIGCONT"]);
  return { kind: "kill-child", process: aProcess(random), signal };
}

function anUpdate(random: SeededRandom): Step {
  return { kind: "update", programs: random.subset(PROGRAM_NAMES), variant: random.below(3) };
}

function aFollowedLog(random: SeededRandom): Step {
  const path = random.pick([`/logtail/${aProcess(random)}`, `/logtail/${aProcess(random)}/stderr`, "/mainlogtail"]);
  return { kind: "follow-log", path, ms: random.below(100) };
}
