import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/torture/**/*.test.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
