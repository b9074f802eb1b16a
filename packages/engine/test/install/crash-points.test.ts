/**
 * Cuts an install off at every durable step, and in the middle of every effect, in any combination, and lets a new engine
 * go on from the journal and the files alone.
 */

import { silentLogger } from "@gateway-engine/core/logger";
import { systemClock } from "@gateway-engine/platform/clock";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActionRunner } from "../../src/actions/action-runner.ts";
import { InstallRunner } from "../../src/install/install-runner.ts";
import type { InstallEffect, InstallEvent } from "../../src/install/next.ts";
import { OrderLog } from "../../src/install/order-log.ts";
import { ProgressHub } from "../../src/install/progress.ts";
import type { UnpackedRelease } from "../../src/install/state.ts";
import { InstallWorker } from "../../src/install/worker.ts";
import { Journal } from "../../src/journal/journal.ts";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";

/** Where the power goes: at the `nth` of the events that the machine counts. */
class PowerCut extends Error {}

/** A gateway's disk, and what has happened to it. */
class World {
  readonly hasProgram: boolean;
  scriptRuns = 0;
  /** What the script did in its layer is on the disk. */
  applied = false;
  conf = "old";
  programRuns = "old";
  boot = 1;

  constructor(hasProgram: boolean) {
    this.hasProgram = hasProgram;
  }

  /** `tick` may cut the power; each call is one point where that can happen. */
  perform(effect: InstallEffect, tick: () => void): InstallEvent {
    tick();
    const event = this.#work(effect, tick);
    tick();
    return event;
  }

  #work(effect: InstallEffect, tick: () => void): InstallEvent {
    const release: UnpackedRelease = { app: "app", version: "2", contentRoot: "", hasProgram: this.hasProgram };
    switch (effect.kind) {
      case "fetch":
        return { kind: "fetched", release };
      case "unpack":
        return { kind: "unpacked", release, checks: [] };
      case "inspect":
        return {
          kind: "inspected",
          previous: { version: "1", conf: "old", release: null },
          mode: "overlay",
          bootId: String(this.boot),
        };
      case "run-script":
        this.scriptRuns += 1;
        tick();
        return { kind: "script-succeeded", output: "", warnings: [] };
      case "apply":
        this.applied = true;
        tick();
        return { kind: "applied" };
      case "switch":
        if (this.hasProgram) this.conf = "new";
        tick();
        if (this.hasProgram) this.programRuns = "new";
        return { kind: "switched", note: "", supervised: true };
      case "watch":
        return { kind: "trusted" };
      case "undo":
        if (effect.rollback.undo.kind === "switch") this.conf = "old";
        this.applied = false;
        tick();
        if (effect.rollback.undo.kind === "switch") this.programRuns = "old";
        return { kind: "undone", notRestored: [] };
    }
  }
}

const cuts = fc.array(fc.record({ after: fc.nat(12), reboot: fc.boolean() }), { maxLength: 30 });

describe("an install that is cut off", () => {
  test("ends, whatever the points and the order of the cuts", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), cuts, async (hasProgram, plan) => {
        const world = new World(hasProgram);
        const journal = openJournal();
        try {
          journal.receive("command", [{ verb: "install", name: "app.v2.tar.gz" }]);
          journal.markCleared();
          for (const { after, reboot } of plan) {
            await runUntilCut(world, journal, after);
            if (reboot) world.boot += 1;
          }
          await runUntilCut(world, journal, Number.POSITIVE_INFINITY);
          expectSound(world, journal);
        } finally {
          journal.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});

function expectSound(world: World, journal: Journal): void {
  const [summary] = journal.summaries(1);
  expect(journal.nextOrder()).toBeUndefined();
  expect(["committed", "rolled-back", "failed"]).toContain(summary?.state);
  // The file and the program are of one version, and of the one that the journal says.
  const inForce = summary?.state === "committed" && world.hasProgram ? "new" : "old";
  expect({ conf: world.conf, program: world.programRuns }).toEqual({ conf: inForce, program: inForce });
  if (summary?.state !== "committed") expect(world.applied).toBe(false);
  if (!world.hasProgram) expect(world.scriptRuns).toBeLessThanOrEqual(1);
  // One result for the server, in the same step as the end.
  const result = journal.oldestResult();
  expect(JSON.parse(result?.status ?? "{}")).toMatchObject({ name: "app.v2.tar.gz", state: summary?.state });
  journal.removeResult(result?.seq ?? 0);
  expect(journal.oldestResult()).toBeUndefined();
}

/** One life of the engine: it ends by itself, or when the power goes after so many points. */
async function runUntilCut(world: World, journal: Journal, after: number): Promise<void> {
  const life = new AbortController();
  let left = after;
  const tick = () => {
    left -= 1;
    if (left >= 0) return;
    life.abort(new PowerCut());
    throw new PowerCut();
  };
  const shaky = cutting(journal, tick);
  const log = silentLogger;
  const orderLog = new OrderLog({ journal: shaky, progress: new ProgressHub(), log, onResult: () => {} });
  const runner = { journal: shaky, orderLog, bootId: () => String(world.boot), clock: systemClock, log };
  const installs = new InstallRunner({ ...runner, ...worksOn(world, tick) });
  const actions = new ActionRunner({ ...runner, steps: NO_ACTIONS });
  const worker = new InstallWorker({
    journal: shaky,
    runners: () => Promise.resolve({ installs, actions }),
    clock: systemClock,
    random: systemRandom,
    log,
  });
  await worker.workOff(life.signal).catch((error: unknown) => {
    if (!(error instanceof PowerCut)) throw error;
  });
}

function worksOn(world: World, tick: () => void) {
  return {
    steps: { perform: async (effect: InstallEffect) => world.perform(effect, tick) },
    tidying: { tidy: async () => tick() },
    preparation: { chooseEarlier: () => Promise.reject(new Error("nobody ordered that")) },
  };
}

const NO_ACTIONS = {
  perform: () => Promise.reject(new Error("nobody ordered that")),
  tidy: () => Promise.reject(new Error("nobody ordered that")),
};

/** The same journal; the power may go right before and right after each row. */
function cutting(journal: Journal, tick: () => void): Journal {
  return new Proxy(journal, {
    get: (target, name) => {
      if (name === "enter") {
        return (...row: Parameters<Journal["enter"]>) => {
          tick();
          target.enter(...row);
          tick();
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function openJournal(): Journal {
  const database = openSqlite(":memory:", JOURNAL_SCHEMA);
  return new Journal({ database, clock: systemClock, random: systemRandom });
}
