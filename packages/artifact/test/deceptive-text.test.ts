import { describe, expect, test } from "vitest";
import { changesDirection, holdsControl, holdsInvisible, quoted } from "../src/deceptive-text.ts";

describe("a character is looked through:", () => {
  test.each([
    ["a line feed", "\n", { control: true, direction: false, invisible: false }],
    ["CSI of the second control set", "\u009b", { control: true, direction: false, invisible: false }],
    ["right-to-left override", "\u202e", { control: false, direction: true, invisible: true }],
    ["a zero-width space", "\u200b", { control: false, direction: false, invisible: true }],
    ["a letter that is written from right to left", "\u05d1", { control: false, direction: false, invisible: false }],
    ["an emoji", "\u{1f95a}", { control: false, direction: false, invisible: false }],
  ])("%s", (_, character, expected) => {
    const text = `a${character}b`;
    expect({
      control: holdsControl(text),
      direction: changesDirection(text),
      invisible: holdsInvisible(text),
    }).toEqual(expected);
  });
});

test("what cannot be seen is shown as an escape", () => {
  expect(quoted('egg\u202e\u009b\u200b"\n')).toBe('"egg\\u202e\\u009b\\u200b\\"\\n"');
});
