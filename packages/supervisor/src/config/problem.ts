/** What is wrong with a configuration, and where. */
import { pythonRepr } from "./python-repr.ts";

export interface ConfigProblem {
  /** For people: supervisord's own words, then section, file, line and option. */
  readonly message: string;
  readonly file: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line: number | undefined;
  readonly section: string | undefined;
  readonly option: string | undefined;
}

/** A place in a configuration file. */
export interface ConfigPlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly section?: string | undefined;
  readonly option?: string | undefined;
}

/** Thrown at the first problem by the readers of sections; `parseSupervisordConfig` turns it into its result. */
export class ConfigRejection extends Error {
  readonly problem: ConfigProblem;

  constructor(what: string, place: ConfigPlace) {
    const message = `${what}${describePlace(place)}`;
    super(message);
    const { file, line, section, option } = place;
    this.problem = { message, file, line, section, option };
  }
}

/** ` in section 'program:web' (file: '/etc/x.conf', line 3, option command)`: supervisord's form, and a little more. */
function describePlace({ file, line, section, option }: ConfigPlace): string {
  if (section === undefined) return "";
  const details = [
    `file: ${pythonRepr(file)}`,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(option === undefined ? [] : [`option ${option}`]),
  ];
  return ` in section ${pythonRepr(section)} (${details.join(", ")})`;
}
