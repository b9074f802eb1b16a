import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROGRAM_EXTRA_DEFAULTS } from "../../src/config/extras.ts";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import { isMeant } from "../../src/dependencies/names.ts";
import { startOrder, stopWaves } from "../../src/dependencies/order.ts";

function process(name: string, dependsOn: readonly string[] = []): { config: ProcessConfig } {
  const extras = { ...PROGRAM_EXTRA_DEFAULTS, dependsOn };
  return { config: { ...PROCESS_DEFAULTS, name, group: name, program: name, command: name, extras } };
}

const names = (waves: readonly (readonly { config: ProcessConfig }[])[]) =>
  waves.map((wave) => wave.map(({ config }) => config.name).join("+")).join(" ");

test.each([
  { name: "web", means: true, why: "its program" },
  { name: "site", means: true, why: "its group" },
  { name: "site:*", means: true, why: "its group, all of it" },
  { name: "site:web_1", means: true, why: "itself" },
  { name: "site:web_2", means: false, why: "another process of its group" },
  { name: "web:web_1", means: false, why: "a process of another group" },
  { name: "web_1", means: false, why: "a process without its group" },
])("depends_on = $name means $why", ({ name, means }) => {
  const config = { ...PROCESS_DEFAULTS, name: "web_1", group: "site", program: "web", command: "web" };
  expect(isMeant(name, config)).toBe(means);
});

describe("stopping many", () => {
  test.each([
    { what: "keeps the order of the groups", groups: [["a", "b"], ["c"]], needs: {}, waves: "a+b c" },
    { what: "puts dependents before", groups: [["a"], ["b"]], needs: { b: ["a"] }, waves: "b a" },
    { what: "splits a group", groups: [["a", "b", "c"]], needs: { c: ["a"] }, waves: "b+c a" },
    { what: "follows a chain", groups: [["a"], ["b"], ["c"], ["d"]], needs: { b: ["a"], c: ["b"] }, waves: "c b a d" },
    { what: "ends with a circle too", groups: [["a"], ["b"]], needs: { a: ["b"], b: ["a"] }, waves: "a+b" },
  ])("$what", ({ groups, needs, waves }) => {
    const needsOf = needs as Readonly<Record<string, readonly string[]>>;
    expect(names(stopWaves(groups.map((group) => group.map((name) => process(name, needsOf[name])))))).toBe(waves);
  });

  test("stops each once, after all that depend on it; starting is the other way round", () => {
    const worlds = fc
      .array(fc.tuple(fc.nat({ max: 3 }), fc.array(fc.nat({ max: 20 }))), { minLength: 1, maxLength: 12 })
      .map((drawn) => {
        const processes = drawn.map(([, needs], index) =>
          process(
            `p${index}`,
            needs.filter((need) => need < index).map((need) => `p${need}`),
          ),
        );
        return [0, 1, 2, 3].map((group) => processes.filter((_, index) => drawn[index]?.[0] === group));
      });
    fc.assert(
      fc.property(worlds, (groups) => {
        const waves = stopWaves(groups);
        const turn = new Map(waves.flatMap((wave, index) => wave.map(({ config }) => [config.name, index])));
        expect(turn.size).toBe(groups.flat().length);
        expect(waves.flat()).toHaveLength(turn.size);
        const started = startOrder(groups.flat()).map(({ config }) => config.name);
        for (const { config } of groups.flat()) {
          for (const need of config.extras.dependsOn) {
            expect(turn.get(config.name)).toBeLessThan(turn.get(need) ?? -1);
            expect(started.indexOf(need)).toBeLessThan(started.indexOf(config.name));
          }
        }
      }),
    );
  });
});
