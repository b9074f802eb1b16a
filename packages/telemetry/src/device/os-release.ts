import type { OperatingSystem } from "@gateway-engine/protocol/device-info";
import { present } from "./present.ts";
import { oneLine, type SystemTree } from "./system-tree.ts";

/** Which distribution it is. @see os-release(5) */
export async function readOperatingSystem(tree: SystemTree): Promise<OperatingSystem | undefined> {
  const text = (await tree.text("etc/os-release")) ?? (await tree.text("usr/lib/os-release"));
  const fields = parseOsRelease(text ?? "");
  const os = present({
    id: words(fields.get("ID")),
    version: words(fields.get("VERSION_ID") ?? fields.get("BUILD_ID")),
    name: words(fields.get("PRETTY_NAME") ?? fields.get("NAME")),
  });
  if (Object.keys(os).length > 0) return os;
  tree.gaps.add("os", text === undefined ? "no os-release" : "os-release says nothing");
  return undefined;
}

function words(value: string | undefined): string | undefined {
  const line = oneLine(value ?? "");
  return line === "" ? undefined : line;
}

/** Assignments as a shell would read them: with or without quotes; a backslash takes away a character's meaning. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']*))\s*$/.exec(line);
    if (match === null) continue;
    const [, key = "", double, single, bare] = match;
    fields.set(key, single ?? (double ?? bare ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return fields;
}
