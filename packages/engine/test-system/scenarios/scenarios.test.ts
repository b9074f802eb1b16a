/// <reference lib="esnext.disposable" />
/** The same scenarios in every environment: as root with layers, without, as an ordinary user, and with Debian's supervisord. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENVIRONMENTS } from "./environment.ts";
import { play } from "./play.ts";
import type { Scenario } from "./scenario.ts";
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

for (const [index, scenario] of SCENARIOS.entries()) {
  test(scenario.what, async () => {
    const cells = await Promise.all(stands.map((stand) => cellOf(stand, scenario, `app${index}`)));
    lines.push(
      row(
        scenario.what,
        cells.map(({ text }) => text),
      ),
    );
    const broken = cells.flatMap(({ violations }, column) =>
      violations.map((violation) => `${ENVIRONMENTS[column]?.name}: ${violation}`),
    );
    expect(broken).toEqual([]);
  });
}

async function cellOf(stand: Stand, scenario: Scenario, app: string) {
  if (scenario.where?.(stand.environment) === false) return { text: "-", violations: [] };
  const began = performance.now();
  const violations = await play(stand, scenario, app);
  const verdict = violations.length === 0 ? "holds" : "BROKEN";
  return { text: `${verdict} ${((performance.now() - began) / 1000).toFixed(1)} s`, violations };
}

function row(first: string, cells: readonly string[]): string {
  return [first.padEnd(60), ...cells.map((cell) => cell.padEnd(28))].join(" ").trimEnd();
}
