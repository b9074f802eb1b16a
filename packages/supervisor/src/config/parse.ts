/**
 * The text of a supervisord.conf, and of the files it includes, to a typed model.
 *
 * @see docs/reference/supervisor-conf.md
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { readDaemonSection } from "./daemon-section.ts";
import { readDocument } from "./document.ts";
import { readGroupSections } from "./group-sections.ts";
import type { ConfigNotice, SupervisordConfig } from "./model.ts";
import { type ConfigProblem, ConfigRejection } from "./problem.ts";
import { environmentNames, SectionReader } from "./reader.ts";
import { readServerSections } from "./server-sections.ts";
import type { ConfigSource } from "./source.ts";

export type { ConfigProblem } from "./problem.ts";

/** @returns the model, or the first thing that is wrong: what, where, and what is expected */
export function parseSupervisordConfig(source: ConfigSource): Result<SupervisordConfig, ConfigProblem> {
  try {
    return ok(readConfig(source));
  } catch (error) {
    if (error instanceof ConfigRejection) return fail(error.problem);
    throw error;
  }
}

function readConfig(source: ConfigSource): SupervisordConfig {
  const { machine } = source;
  const document = readDocument(source);
  const sections = [...document.sections.values()];
  const main = document.sections.get("supervisord");
  if (main === undefined) {
    throw new ConfigRejection(".ini file does not include supervisord section", { file: source.path });
  }

  const machineNames = new Map<string, string | number>(environmentNames(machine.environment));
  const ownSection = document.sections.get("gateway-engine");
  const daemon = readDaemonSection(
    new SectionReader(main, machineNames),
    ownSection && new SectionReader(ownSection, machineNames),
    machine,
  );
  const names = new Map([...machineNames, ...environmentNames(daemon.environment)]);
  const readers = sections.map((section) => new SectionReader(section, names));
  const notices = new Map<string, ConfigNotice>();
  const notice = (found: ConfigNotice) => void notices.set(found.message, found);
  return {
    daemon,
    hasSupervisorInterface: readRpcInterfaces(readers, notice),
    groups: readGroupSections(readers, { machine, environment: daemon.environment, notice }),
    servers: readServerSections(readers, machine),
    notices: [...document.notices, ...notices.values()],
  };
}

const SUPERVISOR_FACTORY = "supervisor.rpcinterface:make_main_rpcinterface";

/** @returns whether supervisor's own interface is switched on; others are Python code, which is not run here */
function readRpcInterfaces(readers: readonly SectionReader[], notice: (notice: ConfigNotice) => void): boolean {
  let hasSupervisor = false;
  for (const reader of readers) {
    const { name } = reader.section;
    if (!name.startsWith("rpcinterface:")) continue;
    const option = "supervisor.rpcinterface_factory";
    const factory = reader.read(option, (raw) => ok(raw), undefined);
    if (factory === undefined) reader.reject(`section [${name}] does not specify a ${option}`);
    if (factory === SUPERVISOR_FACTORY) hasSupervisor ||= name === "rpcinterface:supervisor";
    else
      notice({ level: "WARN", message: `[${name}] is ignored: only ${SUPERVISOR_FACTORY} is known, not ${factory}` });
  }
  return hasSupervisor;
}
