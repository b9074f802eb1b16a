import fc from "fast-check";
import { expect, test } from "vitest";
import { makePool, type ScriptedListener } from "./scripted-listeners.ts";

const LISTENERS = 3;

/** What a listener may do next; what it cannot do in its present state is left out. */
type Act = "start" | "ready" | "ok" | "fail" | "nonsense" | "exit";
type Step =
  | { readonly kind: "event" | "time-passes" }
  | { readonly kind: "act"; readonly index: number; readonly act: Act };

const act = fc.record({
  kind: fc.constant("act" as const),
  index: fc.nat(LISTENERS - 1),
  act: fc.constantFrom<Act>("start", "ready", "ok", "fail", "nonsense", "exit"),
});
const steps = fc.array(fc.oneof(fc.record({ kind: fc.constantFrom("event" as const, "time-passes" as const) }), act), {
  maxLength: 60,
});

/** Plays one listener by the book, and remembers which event it has. */
class Player {
  readonly #listener: ScriptedListener;
  readonly #accepted: string[];
  #phase: "down" | "up" | "ready" | "broken" = "down";
  #seen = 0;

  constructor(listener: ScriptedListener, accepted: string[]) {
    this.#listener = listener;
    this.#accepted = accepted;
  }

  /** The serial of the event that it has been told and has not answered. */
  get event(): string | undefined {
    const told = this.#listener.serials.split(" ").filter((serial) => serial !== "");
    return this.#phase === "ready" && told.length > this.#seen ? told.at(-1) : undefined;
  }

  play(act: Act): void {
    if (act === "start" && this.#phase === "down") this.#go("up", () => this.#listener.start());
    if (act === "exit" && this.#phase !== "down") this.#go("down", () => this.#listener.exit());
    if (act === "ready" && this.#phase === "up") this.#go("ready", () => this.#listener.say("READY\n"));
    const { event } = this;
    if (event === undefined) return;
    if (act === "ok") this.#accepted.push(event);
    if (act === "ok") this.#go("up", () => this.#listener.say("RESULT 2\nOK"));
    if (act === "fail") this.#go("up", () => this.#listener.say("RESULT 4\nFAIL"));
    if (act === "nonsense") this.#go("broken", () => this.#listener.say("hm\n"));
  }

  #go(phase: "down" | "up" | "ready" | "broken", how: () => void): void {
    this.#seen = this.#listener.told.length;
    this.#phase = phase;
    how();
  }
}

function play(played: readonly Step[]): { readonly happened: number; readonly accepted: readonly string[] } {
  const { happen, passTime, processes } = makePool({ listeners: LISTENERS, bufferSize: 1000 });
  const accepted: string[] = [];
  const players = processes.map((process) => new Player(process, accepted));
  let happened = 0;
  for (const step of played) {
    if (step.kind === "act") players[step.index]?.play(step.act);
    else if (step.kind === "event") happen(String(happened++));
    else passTime();
    const held = players.flatMap(({ event }) => event ?? []);
    expect(new Set(held).size).toBe(held.length);
  }
  const all = (act: Act) => {
    for (const player of players) player.play(act);
  };
  all("exit");
  all("start");
  for (let rounds = 0; rounds <= happened; rounds += 1) {
    all("ready");
    all("ok");
  }
  return { happened, accepted };
}

test("whatever listeners do, every event is accepted once, and no two have the same one at a time", () => {
  fc.assert(
    fc.property(steps, (played) => {
      const { happened, accepted } = play(played);
      const serials = accepted.map(Number).sort((one, other) => one - other);
      expect(serials).toEqual(Array.from({ length: happened }, (_, serial) => serial));
    }),
    { numRuns: 500 },
  );
});
