import { fileURLToPath } from "node:url";
import { describeError, exitCodeFor, GatewayEngineError } from "@gateway-engine/core/errors";
import { abortOnSignals } from "@gateway-engine/platform/signals";
import { compose } from "./compose.ts";

try {
  const gdc = compose(fileURLToPath(import.meta.url));
  process.exitCode = await gdc.run(process.argv.slice(2), abortOnSignals());
} catch (error) {
  process.stderr.write(`gdc: ${describeError(error)}\n`);
  const ours = error instanceof GatewayEngineError && error.kind !== "bug";
  if (!ours && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCodeFor(error);
}
