import { expect, test } from "vitest";
import { StateMachine, type Transition } from "../src/state-machine.ts";

type Door = "open" | "closed" | "locked";
type DoorEvent = "push" | "turn";
type DoorEffect = "creak" | "click";

function next(state: Door, event: DoorEvent): Transition<Door, DoorEffect> {
  if (event === "push" && state !== "locked")
    return { state: state === "open" ? "closed" : "open", effects: ["creak"] };
  if (event === "turn" && state !== "open")
    return { state: state === "locked" ? "closed" : "locked", effects: ["click"] };
  return { state, effects: [] };
}

test("it carries out the effects of each transition, with the state they lead to", () => {
  const seen: string[] = [];
  const door = new StateMachine<Door, DoorEvent, DoorEffect>({
    initial: "closed",
    next,
    perform: (effect, state) => seen.push(`${effect} ${state}`),
  });
  for (const event of ["turn", "push", "turn", "push"] as const) door.send(event);
  expect(seen).toEqual(["click locked", "click closed", "creak open"]);
  expect(door.state).toBe("open");
});

test("an event that comes out of an effect waits until the transition is finished", () => {
  const seen: string[] = [];
  const counter: StateMachine<number, number, string> = new StateMachine({
    initial: 0,
    next: (state: number, event: number) => ({ state: state + event, effects: ["first", "second"] }),
    perform: (effect, state) => {
      seen.push(`${effect} ${state}`);
      if (effect === "first" && state < 3) counter.send(1);
    },
  });
  counter.send(1);
  expect(seen).toEqual(["first 1", "second 1", "first 2", "second 2", "first 3", "second 3"]);
});

test("an effect that throws does not stop the machine for ever", () => {
  const machine = new StateMachine<number, number, string>({
    initial: 0,
    next: (state, event) => ({ state: state + event, effects: event === 1 ? ["fail"] : [] }),
    perform: () => {
      throw new Error("no");
    },
  });
  expect(() => machine.send(1)).toThrow("no");
  machine.send(2);
  expect(machine.state).toBe(3);
});
