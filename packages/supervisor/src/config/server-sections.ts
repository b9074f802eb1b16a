/** `[unix_http_server]` and `[inet_http_server]`, each also with a name after a colon. */
import { fail } from "@gateway-engine/core/result";
import { type Converter, inetAddress, octal, text } from "./convert.ts";
import type { Credentials, InetServerConfig, ServerConfig, UnixServerConfig } from "./model.ts";
import { machineConverters, type SectionReader } from "./reader.ts";
import type { ConfigMachine } from "./source.ts";

/** @throws ConfigRejection */
export function readServerSections(readers: readonly SectionReader[], machine: ConfigMachine): readonly ServerConfig[] {
  const ofKind = (kind: string) => readers.filter(({ section }) => section.name.split(":", 1)[0] === kind);
  return [
    ...ofKind("inet_http_server").map(readInetServer),
    ...ofKind("unix_http_server").map((reader) => readUnixServer(reader, machine)),
  ];
}

function readInetServer(reader: SectionReader): InetServerConfig {
  const section = reader.section.name;
  const credentials = readCredentials(reader);
  const address =
    reader.read("port", inetAddress, undefined) ?? reader.reject(`section [${section}] has no port value`);
  return { kind: "inet", section, ...address, credentials };
}

function readUnixServer(reader: SectionReader, machine: ConfigMachine): UnixServerConfig {
  const section = reader.section.name;
  const types = machineConverters(machine);
  const path = (raw: string) => types.absolutePath(raw.trim());
  const file = reader.read("file", path, undefined) ?? reader.reject(`section [${section}] has no file value`);
  return {
    kind: "unix",
    section,
    file,
    chmod: reader.read("chmod", socketMode, 0o700),
    chown: reader.read("chown", types.owner, undefined),
    credentials: readCredentials(reader),
  };
}

const socketMode: Converter<number> = (raw) => {
  const mode = octal(raw);
  return mode.ok ? mode : fail(`Invalid chmod value ${raw}`);
};

function readCredentials(reader: SectionReader): Credentials | undefined {
  const username = reader.read("username", text, undefined);
  const password = reader.read("password", text, undefined);
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    reader.reject(
      `Section [${reader.section.name}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
    );
  }
  return { username, password };
}
