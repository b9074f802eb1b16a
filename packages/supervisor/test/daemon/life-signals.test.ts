import { expect, test } from "vitest";
import { type HandledSignal, LifeSignals } from "../../src/daemon/life-signals.ts";

function signals() {
  const acts = new Map<HandledSignal, () => void>();
  const life = new LifeSignals((name, act) => acts.set(name, act));
  const done: string[] = [];
  const daemon = {
    endBecauseOf: (signal: string, ending: string) => void done.push(`${signal} ${ending}`),
    reopenLogs: (signal: string) => void done.push(signal),
  };
  return { life, daemon, done, send: (name: HandledSignal) => acts.get(name)?.() };
}

test("signals reach the daemon that lives", () => {
  const { life, daemon, done, send } = signals();
  life.goTo(daemon);
  for (const name of ["SIGHUP", "SIGUSR2", "SIGINT"] as const) send(name);
  expect(done).toEqual(["SIGHUP RESTARTING", "SIGUSR2", "SIGINT SHUTDOWN"]);
});

test("a wish to end that comes while a daemon is beginning is carried out as soon as it lives", () => {
  const { life, daemon, done, send } = signals();
  send("SIGTERM");
  life.goTo(undefined);
  life.goTo(daemon);
  expect(done).toEqual(["SIGTERM SHUTDOWN"]);
});
