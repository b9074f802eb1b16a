/// <reference lib="esnext.disposable" />
/** The same scenarios in every environment: as root with layers, without, as an ordinary user, and with Debian's supervisord. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENVIRONMENTS } from "./environment.ts";
import { play } from "./play.ts";
import { Stand } from "./stand.ts";
import { SCENARIOS } from "./table.ts";

let stands: readonly Stand[] = [];
const lines: string[] = [];

beforeAll(async () => {
  stands = await Promise.all(ENVIRONMENTS.map((environment) => Stand.open(environment)));
});

afterAll(async () => {
  await Promise.all(stands.map((stand) => stand[Symbol.asyncDispose]()));
  console.log(
    [
      row(
        "",
        ENVIRONMENTS.map(({ name }) => name),
      ),
      ...lines,
    ].join("\n"),
  );
});

test.each(SCENARIOS.map((scenario, index) => ({ ...scenario, app: `app${index}` })))("$what", async (scenario) => {
  const cells = await Promise.all(
    stands.map(async (stand) => {
      if (scenario.where?.(stand.environment) === false) return { cell: "-", violations: [] };
      const began = performance.now();
      const violations = await play(stand, scenario, scenario.app);
      const verdict = violations.length === 0 ? "holds" : "BROKEN";
      return { cell: `${verdict} ${((performance.now() - began) / 1000).toFixed(1)} s`, violations };
    }),
  );
  lines.push(
    row(
      scenario.what,
      cells.map(({ cell }) => cell),
    ),
  );
  const broken = cells.flatMap(({ violations }, index) =>
    violations.map((violation) => `${ENVIRONMENTS[index]?.name}: ${violation}`),
  );
  expect(broken).toEqual([]);
});

function row(first: string, cells: readonly string[]): string {
  return [first.padEnd(60), ...cells.map((cell) => cell.padEnd(28))].join(" ").trimEnd();
}
