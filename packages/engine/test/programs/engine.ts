/** The engine as a program of its own, so that a test can kill it. `--once`: one check-in. */
import { describeError, exitCodeFor } from "@gateway-engine/core/errors";
import { abortOnSignals } from "@gateway-engine/platform/signals";
import { runEngine } from "../../src/run.ts";

try {
  process.exitCode = await runEngine({
    environment: process.env,
    once: process.argv.includes("--once"),
    debugLevel: "DEBUG",
    signal: abortOnSignals(),
    write: (text) => void process.stdout.write(text),
  });
} catch (error) {
  process.stderr.write(`gwe: ${describeError(error)}\n`);
  process.exitCode = exitCodeFor(error);
}
