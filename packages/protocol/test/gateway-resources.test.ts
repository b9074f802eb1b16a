import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GATEWAY_RESOURCES } from "../src/gateway-resources.ts";

test("specs/gwe.spec names the same resources", () => {
  const spec = readFileSync(new URL("../../../specs/gwe.spec", import.meta.url), "utf8");
  const items = GATEWAY_RESOURCES.map(
    ({ alias, name, format }) => `- alias: ${alias}\n  name: ${name}\n  format: ${format}\n`,
  );
  expect(spec).toBe(`---\nresources:\n${items.join("")}`);
});
