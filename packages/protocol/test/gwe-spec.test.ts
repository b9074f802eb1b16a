import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GATEWAY_RESOURCES } from "../src/gateway-resources.ts";

const SPEC = join(import.meta.dirname, "../../../specs/gwe.spec");

test("specs/gwe.spec lists the aliases of a gateway product, in the order of the protocol", () => {
  // The file knows only the format "string"; that a string may hold JSON is the README's addition.
  const resources = GATEWAY_RESOURCES.map(
    ({ alias, format }) => `- alias: ${alias}\n  format: ${format.replace("/json", "")}\n`,
  );
  expect(readFileSync(SPEC, "utf8")).toBe(`---\nresources:\n${resources.join("")}`);
});
