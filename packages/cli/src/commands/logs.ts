import { InstallError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { quote } from "../arguments.ts";
import { type Command, type CommandContext, CommandLineError, defineCommand } from "../command.ts";
import { type LogWindow, lastOf, linesIn } from "../logs/log-lines.ts";
import { type LogSource, logSources } from "../logs/log-sources.ts";
import { parseSince } from "../logs/log-time.ts";
import { mergeLines } from "../logs/merge-lines.ts";
import { runningProcesses } from "../logs/running-processes.ts";

export const logs: Command = defineCommand({
  synopsis: "[-f] [--since WHEN] [-n LINES] APP",
  help: [
    "Shows what the programs of an application have written, also from logs that were put aside and compressed.",
    "APP is an application, or gwe, gmq or supervisord. Of several programs the lines are put in the order of their times.",
  ],
  options: {
    follow: { type: "boolean", short: "f", help: "go on with what is written from now on" },
    since: {
      type: "string",
      metavar: "WHEN",
      help: "only what was written since: 30s, 10m, 2h, 3d or 2026-11-23T10:00",
    },
    lines: { type: "string", short: "n", metavar: "LINES", help: "the last LINES lines (100; with --since all)" },
  },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [app = ""] }, context) => {
    const window = readWindow(values.since, values.lines);
    const signal = await context.untilSignalled();
    const sources = await sourcesOf(app, context, signal);
    const show = shower(sources, context);
    const now = await sizesOf(sources);
    const merged = mergeLines(
      now.map(({ label, path, position }) => ({
        label,
        lines: linesIn(nodeFiles, path, { ...window, bytes: position }),
      })),
    );
    for await (const { label, text } of window.last === undefined ? merged : lastOf(merged, window.last)) {
      if (signal.aborted) return 0;
      show(label, text);
    }
    if (!values.follow) return 0;
    const { followLogs } = await import("../logs/follow.ts");
    await followLogs(now, { clock: systemClock, signal }, show);
    return 0;
  },
});

const DEFAULT_LINES = 100;

function readWindow(sinceText: string | undefined, linesText: string | undefined): LogWindow {
  const since = sinceText === undefined ? undefined : parseSince(sinceText, systemClock.now());
  if (sinceText !== undefined && since === undefined) {
    throw new CommandLineError(`argument --since: ${quote(sinceText)} is neither 10m nor 2026-11-23T10:00`);
  }
  if (linesText === undefined) return since === undefined ? { last: DEFAULT_LINES } : { since };
  if (!/^\d{1,7}$/.test(linesText))
    throw new CommandLineError(`argument -n/--lines: invalid int value: ${quote(linesText)}`);
  return { since, last: Number(linesText) };
}

async function sourcesOf(app: string, { environment, paths }: CommandContext, signal: AbortSignal) {
  const all = await logSources(nodeFiles, paths, await runningProcesses(environment, signal));
  const sources = all.filter((source) => source.app === app);
  if (sources.length > 0) return sources;
  throw new InstallError("E_LOG_UNKNOWN", { app, known: [...new Set(all.map((source) => source.app))].join(", ") });
}

async function sizesOf(sources: readonly LogSource[]) {
  return Promise.all(
    sources.map(async ({ label, path }) => ({ label, path, position: (await nodeFiles.stat(path))?.size ?? 0 })),
  );
}

/** A log that is alone is shown as it is. */
function shower(sources: readonly LogSource[], { terminal }: CommandContext): (label: string, line: string) => void {
  const width = Math.max(...sources.map(({ label }) => label.length));
  return (label, line) => terminal.out(sources.length === 1 ? `${line}\n` : `${label.padEnd(width)} | ${line}\n`);
}
