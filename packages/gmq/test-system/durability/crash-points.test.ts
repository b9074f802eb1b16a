import { buildStepLibrary } from "@gateway-engine/testkit/faults/durable-steps";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { playThrough, survive } from "./survival.ts";

test("x", async () => {
  using folder = temporaryFolder("durability");
  const library = buildStepLibrary(folder.path);
  let t = performance.now();
  const a = await playThrough({ library });
  console.log(a.steps.length, a.report, performance.now() - t);
  t = performance.now();
  const b = await playThrough({ library });
  console.log(b.steps.length, performance.now() - t);
  const f = (s: typeof a) => s.steps.map((x) => `${x.call} ${x.path.replace(/.*\/root-[^/]*/, "")}`);
  expect(f(b)).toEqual(f(a));
  for (const step of [5, 50, 100, 150, 200]) {
    t = performance.now();
    const s = await survive({ library }, { step, action: "kill-before" });
    console.log(s.report, s.violations, s.steps.at(-1), performance.now() - t);
  }
});
