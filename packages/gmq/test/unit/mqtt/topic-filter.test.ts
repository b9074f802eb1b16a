import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchTopic, parseTopicFilter, type TopicFilter, wildcardsOf } from "../../../src/intake/mqtt/topic-filter.ts";

function filter(text: string): TopicFilter {
  const parsed = parseTopicFilter(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

describe("a topic filter", () => {
  test.each([
    ["a/b", "a/b", []],
    ["a/b", "a/b/c", undefined],
    ["a/b/c", "a/b", undefined],
    ["a/b", "A/b", undefined],
    ["+", "a", ["a"]],
    ["+", "a/b", undefined],
    ["+/+", "/a", ["", "a"]],
    ["sensors/+/temperature", "sensors/cellar/temperature", ["cellar"]],
    ["sensors/+/temperature", "sensors//temperature", [""]],
    ["#", "a/b/c", ["a/b/c"]],
    ["#", "/", ["/"]],
    ["a/#", "a", [""]],
    ["a/#", "a/b/c", ["b/c"]],
    ["a/#", "ab", undefined],
    ["a/+/#", "a", undefined],
    ["a/+/#", "a/b", ["b", ""]],
    ["#", "$SYS/uptime", undefined],
    ["+/uptime", "$SYS/uptime", undefined],
    ["$SYS/#", "$SYS/uptime", ["uptime"]],
  ] as const)("%s and the topic %s: %j", (text, topic, found) => {
    expect(matchTopic(filter(text), topic)).toEqual(found);
  });

  test.each([[""], ["a#"], ["#/a"], ["a/#/b"], ["a+"], ["a/b+/c"], ["a\0"], ["/".repeat(100)]])(
    "%j is none",
    (text) => {
      expect(parseTopicFilter(text).ok).toBe(false);
    },
  );

  const level = fc.stringMatching(/^[^+#/\0]{0,5}$/);
  const topic = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) => levels.join("/"));
  const isPlain = (text: string) => text !== "" && !text.startsWith("$");

  test("without wildcards fits its own topic and no other", () => {
    fc.assert(
      fc.property(topic.filter(isPlain), topic, (one, other) => {
        expect(matchTopic(filter(one), one)).toEqual([]);
        expect(matchTopic(filter(one), other) !== undefined).toBe(one === other);
      }),
    );
  });

  test("made of a topic by putting wildcards in fits it, and gives back what they stand for", () => {
    const kinds = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(topic.filter(isPlain), kinds, fc.nat(8), (text, wild, cut) => {
        const levels = text.split("/");
        const head = levels.slice(0, cut).map((part, index) => (wild[index] ? "+" : part));
        const made = [...head, ...(cut < levels.length ? ["#"] : [])].join("/");
        const expected = [
          ...levels.slice(0, cut).filter((_part, index) => wild[index]),
          ...(cut < levels.length ? [levels.slice(cut).join("/")] : []),
        ];
        fc.pre(made !== "");
        expect(matchTopic(filter(made), text)).toEqual(expected);
        expect(wildcardsOf(filter(made))).toBe(expected.length);
      }),
    );
  });
});
