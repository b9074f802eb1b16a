/** Reading a section option by option: find the text, expand it, convert it, and say where it stands when that fails. */
import { dirname, resolve } from "node:path";
import { fail, ok } from "@gateway-engine/core/result";
import { type Converter, integer } from "./convert.ts";
import type { ConfigOption, ConfigSection } from "./document.ts";
import { type Expansions, expand } from "./expand.ts";
import type { Environment, UserConfig } from "./model.ts";
import { ConfigRejection } from "./problem.ts";
import type { ConfigMachine } from "./source.ts";

/** One section with the names that its texts may refer to; `%(here)s` is the folder of the file an option stands in. */
export class SectionReader {
  readonly section: ConfigSection;
  readonly #names: Expansions;

  constructor(section: ConfigSection, names: Expansions) {
    this.section = section;
    this.#names = names;
  }

  /** The same section, read with more names. */
  with(names: Iterable<readonly [string, string | number]>): SectionReader {
    return new SectionReader(this.section, new Map([...this.#names, ...names]));
  }

  has(option: string): boolean {
    return this.section.options.has(option);
  }

  /** @throws ConfigRejection */
  read<Value, Default>(option: string, convert: Converter<Value>, otherwise: Default): Value | Default {
    const found = this.section.options.get(option);
    return found === undefined ? otherwise : this.#convert(option, convert, this.expanded(option, found));
  }

  /** As it is written, `%(name)s` and all. */
  readRaw<Value, Default>(option: string, convert: Converter<Value>, otherwise: Default): Value | Default {
    const found = this.section.options.get(option);
    return found === undefined ? otherwise : this.#convert(option, convert, found.value);
  }

  expanded(option: string, { value, file }: Pick<ConfigOption, "value" | "file">): string {
    const names = new Map([...this.#names, ["here", dirname(file)] as const]);
    const filled = expand(value, names, `${this.section.name}.${option}`);
    return filled.ok ? filled.value : this.reject(filled.problem, option);
  }

  /** @param option the one that is wrong; without it, or when it is not set, the place is the section's head */
  reject(what: string, option?: string): never {
    const { name, file, line, options } = this.section;
    const found = option === undefined ? undefined : options.get(option);
    throw new ConfigRejection(what, { section: name, option, file: found?.file ?? file, line: found?.line ?? line });
  }

  #convert<Value>(option: string, convert: Converter<Value>, raw: string): Value {
    const converted = convert(raw);
    return converted.ok ? converted.value : this.reject(converted.problem, option);
  }
}

/** `ENV_X` for each variable `X`. */
export function environmentNames(environment: Environment): readonly (readonly [string, string])[] {
  return Object.entries(environment).map(([key, value]) => [`ENV_${key}`, value] as const);
}

/** The types whose check asks the machine. */
export interface MachineConverters {
  /** Absolute, whether it exists or not; a leading `~` is a home folder. */
  readonly absolutePath: Converter<string>;
  /** A path whose folder exists, as written except for a leading `~`. */
  readonly filePath: Converter<string>;
  /** A folder that exists. */
  readonly folder: Converter<string>;
  readonly user: Converter<UserConfig>;
  /** `user` or `user:group`; -1 leaves the group as it is. */
  readonly owner: Converter<{ readonly uid: number; readonly gid: number }>;
}

export function machineConverters(machine: ConfigMachine): MachineConverters {
  const home = (path: string) => path.replace(/^~([^/]*)/, (whole, user: string) => homeFolder(user, machine) ?? whole);
  const exists = (folder: string) => machine.folderExists(resolve(machine.workingDirectory, folder));
  const user: Converter<UserConfig> = (raw) => {
    const found = machine.findUser(raw);
    if (found !== undefined) return ok(found);
    return fail(integer(raw).ok ? `Invalid user id ${raw}` : `Invalid user name ${raw}`);
  };
  return {
    absolutePath: (raw) => ok(resolve(machine.workingDirectory, home(raw))),
    filePath: (raw) => {
      const folder = dirname(home(raw));
      return exists(folder) ? ok(home(raw)) : fail(`The directory named as part of the path ${raw} does not exist`);
    },
    folder: (raw) => (exists(home(raw)) ? ok(home(raw)) : fail(`${raw} is not an existing directory`)),
    user,
    owner: (raw) => {
      const [userPart = "", groupPart] = raw.split(/:(.*)/s);
      const found = user(userPart);
      const gid = groupPart === undefined ? -1 : machine.findGroup(groupPart);
      return found.ok && gid !== undefined ? ok({ uid: found.value.uid, gid }) : fail(`Invalid sockchown value ${raw}`);
    },
  };
}

/** @param user empty: our own */
function homeFolder(user: string, { environment, homeOf, uid }: ConfigMachine): string | undefined {
  return user === "" ? (environment["HOME"] ?? homeOf(String(uid))) : homeOf(user);
}
