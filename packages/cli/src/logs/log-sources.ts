/** Which logs there are: as the running supervisor says, else as its configuration does. */
import { join } from "node:path";
import type { Files } from "@gateway-engine/core/files";
import { type IniSection, parseIni } from "@gateway-engine/core/ini";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { ProcessInfo } from "@gateway-engine/engine/neighbours";

export interface LogSource {
  /** An application, `gwe`, `gmq` or `supervisord`. */
  readonly app: string;
  /** The program, and which of its streams when each has a log. */
  readonly label: string;
  readonly path: string;
}

/** @param processes undefined: no supervisor answers */
export async function logSources(
  files: Pick<Files, "readText" | "list">,
  paths: Pick<GatewayPaths, "root" | "logDir" | "supervisorConfDir">,
  processes: readonly ProcessInfo[] | undefined,
): Promise<readonly LogSource[]> {
  const own = await supervisorLog(files, paths);
  const configured = await configuredLogs(files, paths);
  const running = (processes ?? []).flatMap(logsOfProcess);
  const asked = new Set(running.map(({ app }) => app));
  return unique([...running, ...configured.filter(({ app }) => !asked.has(app)), own]);
}

function logsOfProcess({ group, name, stdout_logfile, stderr_logfile }: ProcessInfo): readonly LogSource[] {
  return twoLogs({ app: group, program: name, stdout: stdout_logfile, stderr: stderr_logfile });
}

interface ProgramLogs {
  readonly app: string;
  readonly program: string;
  readonly stdout: string;
  readonly stderr: string;
}

function twoLogs({ app, program, stdout, stderr }: ProgramLogs): readonly LogSource[] {
  const label = (stream: string) => (isFile(stdout) && isFile(stderr) ? `${program} ${stream}` : program);
  return [
    ...(isFile(stdout) ? [{ app, label: label("stdout"), path: stdout }] : []),
    ...(isFile(stderr) ? [{ app, label: label("stderr"), path: stderr }] : []),
  ];
}

/** supervisor also takes NONE, AUTO, syslog and devices, which cannot be read again. */
function isFile(logfile: string): boolean {
  return logfile.startsWith("/") && !logfile.startsWith("/dev/") && !logfile.includes("%(");
}

async function configuredLogs(
  files: Pick<Files, "readText" | "list">,
  { supervisorConfDir }: Pick<GatewayPaths, "supervisorConfDir">,
): Promise<readonly LogSource[]> {
  const sources: LogSource[] = [];
  for (const file of await files.list(supervisorConfDir)) {
    if (!file.endsWith(".conf")) continue;
    const sections = await readSections(files, join(supervisorConfDir, file));
    for (const section of sections) {
      const [, program] = /^program:(.+)$/.exec(section.name) ?? [];
      if (program !== undefined) sources.push(...logsOfSection(program, section));
    }
  }
  return sources;
}

function logsOfSection(program: string, { entries }: IniSection): readonly LogSource[] {
  const read = (key: string) => (entries.get(key)?.value ?? "").replaceAll("%(program_name)s", program);
  return twoLogs({ app: program, program, stdout: read("stdout_logfile"), stderr: read("stderr_logfile") });
}

async function supervisorLog(
  files: Pick<Files, "readText">,
  { root, logDir }: Pick<GatewayPaths, "root" | "logDir">,
): Promise<LogSource> {
  const sections = await readSections(files, join(root, "etc/supervisor/supervisord.conf"));
  const configured = sections.find(({ name }) => name === "supervisord")?.entries.get("logfile")?.value ?? "";
  const path = isFile(configured) ? configured : `${logDir}/supervisord.log`;
  return { app: "supervisord", label: "supervisord", path };
}

async function readSections(files: Pick<Files, "readText">, path: string): Promise<readonly IniSection[]> {
  const document = parseIni((await files.readText(path)) ?? "", { inlineComments: ";" });
  return document.ok ? [...document.value.values()] : [];
}

/** Programs may share a log; it is shown once. */
function unique(sources: readonly LogSource[]): readonly LogSource[] {
  return sources.filter(({ app, path }, index) => {
    return index === sources.findIndex((other) => other.app === app && other.path === path);
  });
}
