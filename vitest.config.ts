import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "e2e/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores: more workers only make the real programs under test wait for each other.
    maxWorkers: 2,
  },
});
