import { exitCodeFor, failureText, UsageError } from "@gateway-engine/core/errors";
import { VERSION } from "@gateway-engine/core/version";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { aborted, abortOnSignals } from "@gateway-engine/platform/signals";
import { parseArguments, type ServerOptions, USAGE } from "./arguments.ts";
import { compose } from "./compose.ts";

/** Leaves room within the two seconds that a program has to end. */
const STOP_DEADLINE_MS = 1200;

async function main(args: readonly string[]): Promise<void> {
  const command = parseArguments(args, process.cwd());
  if (!command.ok) throw new UsageError("E_USAGE", { problem: command.problem });
  switch (command.value.kind) {
    case "help":
      process.stdout.write(USAGE);
      return;
    case "version":
      process.stdout.write(`${VERSION}\n`);
      return;
    case "serve":
      await serve(command.value.options);
  }
}

async function serve(options: ServerOptions): Promise<void> {
  const asked = abortOnSignals();
  const log = createLineLogger("fleet", {
    level: () => "INFO",
    now: Date.now,
    write: (line) => process.stderr.write(line),
  });
  const server = await compose(options, log);
  try {
    await server.start();
    const host = options.host.includes(":") ? `[${options.host}]` : options.host;
    process.stdout.write(`gwe-fleet ${VERSION} is listening on http://${host}:${server.port}\n`);
    await aborted(asked);
  } finally {
    await server.stop(STOP_DEADLINE_MS);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(failureText("gwe-fleet", error));
  process.exitCode = exitCodeFor(error);
}
