import { dirname } from "node:path";
import { ok } from "@gateway-engine/core/result";
import type { ConfigSource } from "../../src/config/source.ts";

export interface MemorySourceOptions {
  /** Files by the pattern of `[include] files` that finds them, and in it by their path. */
  readonly includes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly folders?: readonly string[];
  /** Other files, by their path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A configuration that lies in memory: `/demo/supervisord.conf`, on a machine called `box` with the users root and nobody. */
export function memorySource(
  text: string,
  { includes = {}, folders = [], files = {} }: MemorySourceOptions = {},
): ConfigSource {
  const path = "/demo/supervisord.conf";
  const users = [
    { name: "root", uid: 0, gid: 0 },
    { name: "nobody", uid: 65534, gid: 65534 },
  ];
  const known = new Set([dirname(path), "/tmp", "/var/log", "/", "/demo/logs", "/home/me/logs", ...folders]);
  return {
    path,
    text,
    include: (pattern) =>
      ok(Object.entries(includes[pattern] ?? {}).map(([file, content]) => ({ path: file, text: content }))),
    machine: {
      environment: { PATH: "/usr/bin:/bin", HOME: "/home/me" },
      hostName: "box",
      uid: 0,
      workingDirectory: "/demo",
      findUser: (wanted) => users.find(({ name, uid }) => name === wanted || String(uid) === wanted),
      homeOf: (user) => (user === "nobody" ? "/demo" : undefined),
      findGroup: (wanted) => (wanted === "adm" ? 4 : undefined),
      folderExists: (folder) => known.has(folder),
      readText: (file) => ok(files[file]),
    },
  };
}
