/** supervisorctl: reads its command line, finds supervisord, and runs one action or the interactive shell. */
import { VERSION } from "@gateway-engine/core/version";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createLineInput } from "@gateway-engine/platform/line-input";
import { abortOnSignals } from "@gateway-engine/platform/signals";
import { type CtlArguments, parseCtlArguments } from "./ctl/arguments.ts";
import { type CtlConfiguration, findConfiguration } from "./ctl/configuration.ts";
import { EXIT } from "./ctl/exit-codes.ts";
import { USAGE } from "./ctl/help.ts";
import { Interruption } from "./ctl/interruption.ts";
import { runLine } from "./ctl/run.ts";
import { CtlSession } from "./ctl/session.ts";
import { completeLine, runShell } from "./ctl/shell.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const given = parseCtlArguments(argv);
  if (!given.ok) return refuse(given.problem);
  if (given.value.help) return say(USAGE);
  if (given.value.version) return say(`${VERSION}\n`);
  const configuration = await findConfiguration(given.value, {
    files: nodeFiles,
    environment: Object.fromEntries(Object.entries(process.env).map(([key, value]) => [key, value ?? ""])),
    workingDirectory: process.cwd(),
  });
  return configuration.ok ? run(given.value, configuration.value) : refuse(configuration.problem);
}

async function run(given: CtlArguments, configuration: CtlConfiguration): Promise<number> {
  const isShell = given.interactive || given.action.length === 0;
  const signal = abortOnSignals();
  const http = createHttpClient();
  const interruption = new Interruption(signal);
  const input = createLineInput({
    onInterrupt: interruption.interrupt,
    complete: (line) => completeLine(session, line),
    historyFile: configuration.historyFile,
  });
  const session: CtlSession = new CtlSession(
    {
      http,
      signal,
      write: (text) => process.stdout.write(text),
      complain: (line) => process.stderr.write(`${line}\n`),
      ask: (prompt, until = signal) => input.ask(prompt, until),
      untilInterrupted: interruption.run,
      interactive: isShell,
    },
    { url: configuration.serverUrl, username: configuration.username, password: configuration.password },
  );
  try {
    if (given.action.length > 0) {
      await runLine(session, given.action.join(" "));
      return session.exitCode;
    }
    await runShell(session, configuration.prompt);
    return EXIT.success;
  } finally {
    input.close();
    http.close();
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return EXIT.success;
}

function refuse(problem: string): number {
  process.stderr.write(`Error: ${problem}\nFor help, use supervisorctl -h\n`);
  return EXIT.invalidArguments;
}
