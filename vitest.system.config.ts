import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/test-system/**/*.test.ts",
      "scripts/*/test-system/**/*.test.ts",
      "e2e/test-system/**/*.test.ts",
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The programs under test share ports and the machine's own supervisor.
    fileParallelism: false,
  },
});
