import { fileURLToPath } from "node:url";
import { exitCodeFor, failureText } from "@gateway-engine/core/errors";
import { abortOnSignals } from "@gateway-engine/platform/signals";
import { compose } from "./compose.ts";

try {
  const gdc = compose(fileURLToPath(import.meta.url));
  process.exitCode = await gdc.run(process.argv.slice(2), abortOnSignals());
} catch (error) {
  process.stderr.write(failureText("gdc", error));
  process.exitCode = exitCodeFor(error);
}
