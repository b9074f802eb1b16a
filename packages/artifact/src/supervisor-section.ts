/**
 * From a package's supervisor.conf to the `<app>.conf` that the supervisor reads.
 *
 * @see docs/reference/application-package.md#supervisorconf
 */
import { formatIni, parseIni } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";

const SECTION = "supervisord";

export interface ProgramSection {
  /** The text of `<app>.conf`. */
  readonly text: string;
  /** Whether the package says what to run; the default `command` is a placeholder that cannot start. */
  readonly hasCommand: boolean;
}

/**
 * Makes `[program:<app>]` of the one `[supervisord]` section: the package's options in their order, then the defaults it leaves out.
 *
 * Of an option given twice the last counts. Nothing is interpolated: `%(program_name)s` is the supervisor's to fill in.
 *
 * @param logDir the gateway's folder of application logs, `/var/log`
 * @param user whom the program runs as, unless the package's file says so itself
 * @returns the section, or why the text cannot be used
 */
export function programSection(
  app: string,
  supervisorConf: string,
  logDir: string,
  user?: string,
): Result<ProgramSection, string> {
  const document = parseIni(supervisorConf);
  if (!document.ok) return fail(`line ${document.problem.line}: ${document.problem.problem}`);
  const section = document.value.get(SECTION);
  if (section === undefined) return fail(`it has no section [${SECTION}]`);
  const other = [...document.value.values()].find(({ name }) => name !== SECTION);
  if (other !== undefined) {
    return fail(`line ${other.line}: [${other.name}] is not allowed, the only section is [${SECTION}]`);
  }
  const options: Record<string, string> = {};
  for (const { key, value } of section.entries.values()) options[key] = value;
  const command = (options["command"] ?? "").replace(/^;.*|\s;.*/s, "").trim();
  const wanted = { ...defaults(app, logDir), ...(user === undefined ? {} : { user }) };
  return ok({
    text: formatIni({ [`program:${app}`]: { ...options, ...missing(options, wanted) } }),
    hasCommand: command !== "",
  });
}

function defaults(app: string, logDir: string): Readonly<Record<string, string>> {
  return {
    command: "command",
    stdout_logfile: `${logDir}/${app}.log`,
    redirect_stderr: "true",
    stdout_logfile_maxbytes: "200KB",
    stdout_logfile_backups: "1",
  };
}

function missing(options: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => !Object.hasOwn(options, key)));
}
