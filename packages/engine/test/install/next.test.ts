import { describe, expect, test } from "vitest";
import { type InstallEvent, type InstallRules, next } from "../../src/install/next.ts";
import type { Failure, InstallState, Predecessor, UnpackedRelease } from "../../src/install/state.ts";

const RULES: InstallRules = {
  name: "app.v2.tar.gz",
  maxRestarts: 3,
  maxDownloadRestarts: 5,
  maxReboots: 1,
  maxCuts: 2,
};
const CARRIED = { restarts: 0, checks: [], output: "" } as const;
const PROGRAM: UnpackedRelease = { app: "app", version: "2", contentRoot: "", hasProgram: true };
const ONE_OFF: UnpackedRelease = { ...PROGRAM, hasProgram: false };
const UPGRADE: Predecessor = { version: "1", conf: "[program:app]\n", release: null };
const FIRST: Predecessor = { version: "", conf: null, release: null };
const FAILURE: Failure = { status: "failed", code: "E_INSTALL_SCRIPT", message: "it failed" };
const UNDERWAY = { ...CARRIED, release: PROGRAM, previous: UPGRADE, mode: "script" } as const;

const S = {
  requested: { ...CARRIED, kind: "requested" },
  downloading: { ...CARRIED, kind: "downloading" },
  verified: { ...CARRIED, kind: "verified", release: { app: "app", version: "2" } },
  staged: { ...CARRIED, kind: "staged", release: PROGRAM },
  installing: { ...UNDERWAY, kind: "installing", bootId: "b1", reboots: 0, cuts: 0 },
  layered: { ...UNDERWAY, kind: "installing", mode: "overlay", bootId: "b1", reboots: 0, cuts: 0 },
  oneOff: { ...UNDERWAY, kind: "installing", release: ONE_OFF, previous: FIRST, bootId: "b1", reboots: 0, cuts: 0 },
  applying: { ...UNDERWAY, kind: "applying", mode: "overlay" },
  switching: { ...UNDERWAY, kind: "switching" },
  probation: { ...UNDERWAY, kind: "probation", note: "up", supervised: true },
  rollingBack: {
    ...CARRIED,
    kind: "rolling-back",
    undo: { kind: "switch", release: PROGRAM, previous: UPGRADE, mode: "script" },
    failure: FAILURE,
  },
  committed: { ...CARRIED, kind: "committed", release: PROGRAM, note: "up", rebooted: false },
} as const satisfies Record<string, InstallState>;

interface Row {
  readonly from: keyof typeof S;
  readonly event: InstallEvent;
  readonly to: InstallState["kind"];
  readonly does: string;
}

const WAY: readonly Row[] = [
  { from: "requested", event: { kind: "begun" }, to: "downloading", does: "fetch" },
  {
    from: "downloading",
    event: { kind: "fetched", release: { app: "app", version: "2" } },
    to: "verified",
    does: "unpack",
  },
  {
    from: "verified",
    event: { kind: "unpacked", release: PROGRAM, checks: ["[PASS]"] },
    to: "staged",
    does: "inspect",
  },
  {
    from: "staged",
    event: { kind: "inspected", previous: UPGRADE, mode: "overlay", bootId: "b1" },
    to: "installing",
    does: "run-script",
  },
  {
    from: "installing",
    event: { kind: "script-succeeded", output: "ok", warnings: [] },
    to: "switching",
    does: "switch",
  },
  { from: "layered", event: { kind: "script-succeeded", output: "ok", warnings: [] }, to: "applying", does: "apply" },
  { from: "applying", event: { kind: "applied" }, to: "switching", does: "switch" },
  { from: "switching", event: { kind: "switched", note: "up", supervised: true }, to: "probation", does: "watch" },
  { from: "probation", event: { kind: "trusted" }, to: "committed", does: "" },
  { from: "rollingBack", event: { kind: "undone", notRestored: [] }, to: "rolled-back", does: "" },
];

const AFTER_A_CUT: readonly Row[] = [
  { from: "requested", event: resumed("b1"), to: "downloading", does: "fetch" },
  { from: "downloading", event: resumed("b1"), to: "downloading", does: "fetch" },
  { from: "verified", event: resumed("b2"), to: "verified", does: "unpack" },
  { from: "staged", event: resumed("b2"), to: "staged", does: "inspect" },
  { from: "installing", event: resumed("b1"), to: "installing", does: "run-script" },
  { from: "installing", event: resumed("b2"), to: "installing", does: "run-script" },
  { from: "oneOff", event: resumed("b1"), to: "rolling-back", does: "undo" },
  { from: "oneOff", event: resumed("b2"), to: "committed", does: "" },
  { from: "applying", event: resumed("b2"), to: "applying", does: "apply" },
  { from: "switching", event: resumed("b2"), to: "switching", does: "switch" },
  { from: "probation", event: resumed("b2"), to: "probation", does: "watch" },
  { from: "rollingBack", event: resumed("b1"), to: "rolling-back", does: "undo" },
  { from: "committed", event: resumed("b1"), to: "committed", does: "" },
];

const FAILURES: readonly Row[] = [
  { from: "requested", event: failed(), to: "failed", does: "" },
  { from: "downloading", event: failed(), to: "failed", does: "" },
  { from: "verified", event: failed(), to: "rolling-back", does: "undo" },
  { from: "staged", event: failed(), to: "rolling-back", does: "undo" },
  { from: "installing", event: failed(), to: "rolling-back", does: "undo" },
  { from: "applying", event: failed(), to: "rolling-back", does: "undo" },
  { from: "switching", event: failed(), to: "rolling-back", does: "undo" },
  { from: "probation", event: failed(), to: "rolling-back", does: "undo" },
  { from: "rollingBack", event: failed(), to: "failed", does: "" },
  { from: "committed", event: failed(), to: "committed", does: "" },
];

describe.each([
  ["the way of an install", WAY],
  ["after a cut", AFTER_A_CUT],
  ["failures", FAILURES],
])("%s", (_title, rows) => {
  test.each(rows)("$from + $event.kind -> $to, does $does", ({ from, event, to, does }) => {
    const { state, effects } = next(S[from], event, RULES);
    expect(state.kind).toBe(to);
    expect(effects.map(({ kind }) => kind).join()).toBe(does);
  });
});

describe("limits", () => {
  test("restarts during a long download do not count for what comes after it", () => {
    const fetched: InstallEvent = { kind: "fetched", release: { app: "app", version: "2" } };
    expect(next({ ...S.downloading, restarts: 5 }, fetched, RULES).state).toMatchObject({
      kind: "verified",
      restarts: 0,
    });
  });

  test("an install that sees the engine restart again and again is given up, with the reason", () => {
    let state: InstallState = S.downloading;
    for (let restart = 0; restart < RULES.maxDownloadRestarts; restart += 1)
      state = next(state, resumed("b1"), RULES).state;
    expect(state).toMatchObject({ kind: "downloading", restarts: 5 });
    expect(next(state, resumed("b1"), RULES).state).toMatchObject({
      kind: "failed",
      failure: { status: "interrupted", code: "E_INSTALL_INTERRUPTED" },
    });
  });

  test("a script that restarts the machine again and again is given up sooner", () => {
    const once = next(S.installing, resumed("b2"), RULES).state;
    expect(next(once, resumed("b3"), RULES).state).toMatchObject({
      kind: "rolling-back",
      failure: { message: "app.v2.tar.gz was interrupted while installing; the machine was restarted 2 times" },
    });
  });

  test("a script that may have run before is told apart from one that has not", () => {
    const { effects } = next(S.installing, resumed("b1"), RULES);
    expect(effects).toMatchObject([{ kind: "run-script", again: true }]);
  });
});

describe("what is undone", () => {
  test("by scripts as long as they do not end the engine again and again; then without them", () => {
    let state: InstallState = S.rollingBack;
    const ways: unknown[] = [];
    for (let cut = 1; cut <= 3; cut += 1) {
      const step = next(state, resumed("b1"), RULES);
      expect(step.effects).toMatchObject([{ kind: "undo", rollback: step.state }]);
      ways.push(step.state.kind === "rolling-back" && step.state.withoutScripts);
      state = step.state;
    }
    expect(ways).toEqual([false, false, true]);
  });

  test("after a failed script the program is left alone", () => {
    expect(next(S.installing, failed(), RULES).state).toMatchObject({ undo: { kind: "script" } });
  });

  test("of a layer that was being applied, what is applied so far", () => {
    expect(next(S.applying, failed(), RULES).state).toMatchObject({ undo: { kind: "layer", mode: "overlay" } });
  });

  test("after a failed switch the file that was in force is put back", () => {
    expect(next(S.switching, failed(), RULES).state).toMatchObject({ undo: { kind: "switch", previous: UPGRADE } });
  });

  test("without a version before it, an install that is undone has failed; with one, it is rolled back and says which", () => {
    const first = { ...S.rollingBack, undo: { ...S.rollingBack.undo, previous: FIRST } } as const;
    const undone = { kind: "undone", notRestored: ["/etc/app.conf"] } as const;
    expect(next(first, undone, RULES).state.kind).toBe("failed");
    expect(next(S.rollingBack, undone, RULES).state).toMatchObject({
      notRestored: ["/etc/app.conf"],
      failure: { message: "it failed; version 1 stays in force" },
    });
  });
});

function resumed(bootId: string): InstallEvent {
  return { kind: "resumed", bootId };
}

function failed(): InstallEvent {
  return { kind: "failed", failure: FAILURE };
}
