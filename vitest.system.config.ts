import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LAST = "/black-box/coverage.test.ts";

/** What sums up the other files runs after them. */
class SummaryLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [
      ...sorted.filter(({ moduleId }) => !moduleId.endsWith(LAST)),
      ...sorted.filter(({ moduleId }) => moduleId.endsWith(LAST)),
    ];
  }
}

export default defineConfig({
  test: {
    include: [
      "packages/*/test-system/**/*.test.ts",
      "scripts/*/test-system/**/*.test.ts",
      "e2e/test-system/**/*.test.ts",
      "adapters/*/test-system/**/*.test.ts",
    ],
    globalSetup: ["packages/supervisor/test-system/black-box/coverage-folder.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The programs under test share ports and the machine's own supervisor.
    fileParallelism: false,
    // Cases that wait for the original's turns of one second wait together.
    maxConcurrency: 16,
    sequence: { sequencer: SummaryLast },
  },
});
