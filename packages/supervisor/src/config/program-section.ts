/** `[program:x]`: one section makes as many processes as `numprocs` says. */
import { ok, type Result } from "@gateway-engine/core/result";
import { autorestart, boolean, byteSize, exitCodes, integer, name, octal, text } from "./convert.ts";
import { parseEnvironment } from "./environment.ts";
import { PROGRAM_EXTRA_DEFAULTS, type ProgramExtras } from "./extras.ts";
import {
  type ConfigNotice,
  type Environment,
  type LogTarget,
  OUTPUT_DEFAULTS,
  type OutputConfig,
  PROCESS_DEFAULTS,
  type ProcessConfig,
} from "./model.ts";
import { environmentNames, type MachineConverters, type SectionReader } from "./reader.ts";
import { parseSignal } from "./signals.ts";

export interface ProgramSurroundings {
  readonly group: string;
  readonly types: MachineConverters;
  /** What `[gateway-engine:x]` says, by program. */
  readonly extras: ReadonlyMap<string, ProgramExtras>;
  /** What the files of `environment_file` say, by program. */
  readonly environmentFiles: (program: string) => Environment;
  /** `[supervisord] environment`. */
  readonly environment: Environment;
  /** Takes what the main log shall say. */
  readonly notice: (notice: ConfigNotice) => void;
}

/**
 * @returns the processes in ascending order of their names
 * @throws ConfigRejection
 */
export function readProgramSection(
  section: SectionReader,
  surroundings: ProgramSurroundings,
): readonly ProcessConfig[] {
  const program = nameOfSection(section);
  const reader = section.with([
    ["program_name", program],
    ["group_name", surroundings.group],
  ]);
  const extras = surroundings.extras.get(program) ?? PROGRAM_EXTRA_DEFAULTS;
  const common = readCommonOptions(reader, surroundings.types, extras);
  const numprocs = reader.read("numprocs", integer, 1);
  const first = reader.read("numprocs_start", integer, 0);
  if (numprocs > 1 && !reader.readRaw("process_name", name, "").includes("%(process_num)")) {
    reader.reject("%(process_num) must be present within process_name when numprocs > 1", "process_name");
  }
  return Array.from({ length: Math.max(0, numprocs) }, (_, index) => {
    const numbered = reader.with([
      ["process_num", first + index],
      ["numprocs", numprocs],
    ]);
    return { ...common, program, extras, ...readOneProcess(numbered, program, surroundings) };
  }).sort((one, other) => compareText(one.name, other.name));
}

/** `web` for `[program:web]`. */
export function nameOfSection(reader: SectionReader): string {
  const converted = name(reader.section.name.replace(/^[^:]*:/, ""));
  return converted.ok ? converted.value : reader.reject(converted.problem);
}

/** By code point, as Python orders texts. */
export function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** A scheduled program waits for its time, may be done in no time, and is done when it ends. */
const SCHEDULED_DEFAULTS = { autostart: false, autorestart: "never", startsecs: 0 } as const;

type CommonOptions = Omit<ProcessConfig, "program" | "extras" | keyof ReturnType<typeof readOneProcess>>;

/** What is the same for every process of the section. */
function readCommonOptions(
  reader: SectionReader,
  types: MachineConverters,
  { schedule }: ProgramExtras,
): CommonOptions {
  const defaults = schedule === undefined ? PROCESS_DEFAULTS : { ...PROCESS_DEFAULTS, ...SCHEDULED_DEFAULTS };
  const stopasgroup = reader.read("stopasgroup", boolean, defaults.stopasgroup);
  const killasgroup = reader.read("killasgroup", boolean, stopasgroup);
  if (stopasgroup && !killasgroup) reader.reject("Cannot set stopasgroup=true and killasgroup=false", "killasgroup");
  const serverurl = reader.read("serverurl", text, defaults.serverurl);
  return {
    priority: reader.read("priority", integer, defaults.priority),
    autostart: reader.read("autostart", boolean, defaults.autostart),
    autorestart: reader.read("autorestart", autorestart, defaults.autorestart),
    startsecs: reader.read("startsecs", integer, defaults.startsecs),
    startretries: reader.read("startretries", integer, defaults.startretries),
    exitcodes: reader.read("exitcodes", exitCodes, defaults.exitcodes),
    stopsignal: reader.read("stopsignal", parseSignal, defaults.stopsignal),
    stopwaitsecs: reader.read("stopwaitsecs", integer, defaults.stopwaitsecs),
    stopasgroup,
    killasgroup,
    user: reader.read("user", types.user, defaults.user),
    redirectStderr: reader.read("redirect_stderr", boolean, defaults.redirectStderr),
    umask: reader.read("umask", octal, defaults.umask),
    serverurl: serverurl?.trim().toUpperCase() === "AUTO" ? undefined : serverurl,
  };
}

/** What may differ from process to process: it may name `process_num` and the program's own environment. */
function readOneProcess(reader: SectionReader, program: string, surroundings: ProgramSurroundings) {
  const { group, types } = surroundings;
  const fromFiles = surroundings.environmentFiles(program);
  const inFile = reader.with(environmentNames(fromFiles)).read("environment", parseEnvironment, {});
  const own = { ...fromFiles, ...inFile };
  const full = reader.with(environmentNames(own));
  return {
    name: full.read("process_name", name, program),
    group,
    command: full.read("command", text, undefined) ?? rejectWithoutCommand(reader),
    directory: full.read("directory", text, PROCESS_DEFAULTS.directory),
    environment: { ...surroundings.environment, ...own },
    stdout: readOutput(full, "stdout", types, surroundings.notice),
    stderr: readStderr(full, types, surroundings.notice),
  };
}

function rejectWithoutCommand(reader: SectionReader): never {
  return reader.reject(`program section ${reader.section.name} does not specify a command`);
}

function readStderr(
  reader: SectionReader,
  types: MachineConverters,
  notice: ProgramSurroundings["notice"],
): OutputConfig {
  const output = readOutput(reader, "stderr", types, notice);
  if (!reader.read("redirect_stderr", boolean, false)) return output;
  if (output.logfile.kind === "file") {
    const message = `For [${reader.section.name}], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored`;
    notice({ level: "WARN", message });
  }
  return { ...output, logfile: { kind: "none" } };
}

function readOutput(
  reader: SectionReader,
  channel: "stdout" | "stderr",
  types: MachineConverters,
  notice: ProgramSurroundings["notice"],
): OutputConfig {
  const defaults = OUTPUT_DEFAULTS;
  const section = reader.section.name;
  const target = (raw: string) => logTarget(raw, types);
  const logfile = reader.read(`${channel}_logfile`, target, defaults.logfile);
  const maxBytes = reader.read(`${channel}_logfile_maxbytes`, byteSize, defaults.maxBytes);
  if (logfile.kind === "auto" && maxBytes === 0) {
    const message = `For [${section}], AUTO logging used for ${channel}_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`;
    notice({ level: "WARN", message });
  }
  if (logfile.kind === "syslog") {
    const message = `For [${section}], ${channel}_logfile=syslog but this is deprecated and will be removed.  Use ${channel}_syslog=true to enable syslog instead.`;
    notice({ level: "WARN", message });
  }
  return {
    logfile: logfile.kind === "syslog" ? { kind: "none" } : logfile,
    maxBytes,
    backups: Math.max(0, reader.read(`${channel}_logfile_backups`, integer, defaults.backups)),
    captureMaxBytes: reader.read(`${channel}_capture_maxbytes`, byteSize, defaults.captureMaxBytes),
    eventsEnabled: reader.read(`${channel}_events_enabled`, boolean, defaults.eventsEnabled),
    syslog: logfile.kind === "syslog" || reader.read(`${channel}_syslog`, boolean, defaults.syslog),
  };
}

function logTarget(raw: string, types: MachineConverters): Result<LogTarget, string> {
  const word = raw.toLowerCase();
  if (word === "none" || word === "off") return ok({ kind: "none" });
  if (word === "auto" || word === "syslog") return ok({ kind: word });
  const path = types.filePath(raw);
  return path.ok ? ok({ kind: "file", path: path.value }) : path;
}
