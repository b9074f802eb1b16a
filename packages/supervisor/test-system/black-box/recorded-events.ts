/** What a listener (`listener.sh`) has written down. */
import { resolve } from "node:path";
import type { Daemon } from "./daemon.ts";

export const LISTENER: string = resolve(import.meta.dirname, "listener.sh");

export interface RecordedEvent {
  readonly name: string;
  /** The header without name and length, such as `serial` and `pool`. */
  readonly header: Readonly<Record<string, string>>;
  readonly payload: string;
  /** The process of the pool that got it. */
  readonly by: string;
}

export function recordedEvents(daemon: Daemon, file: string): readonly RecordedEvent[] {
  const records = daemon.read(file).matchAll(/^(ver:[^\n]*)\n([\s\S]*?)\n-- by (\S+)$/gm);
  return [...records].map(([, head = "", payload = "", by = ""]) => {
    const header = Object.fromEntries(head.split(" ").map((pair) => pair.split(/:(.*)/s, 2)));
    return { name: String(header["eventname"]), header, payload, by };
  });
}

/** The first recorded event of this name, whose payload matches. */
export async function untilEvent(
  daemon: Daemon,
  file: string,
  { name, payload = /(?:)/ }: { readonly name: string; readonly payload?: RegExp },
): Promise<RecordedEvent> {
  const find = () => recordedEvents(daemon, file).find((event) => event.name === name && payload.test(event.payload));
  await daemon.eventually(`${name} ${payload} in ${file}`, () => find() !== undefined);
  const found = find();
  if (found === undefined) throw new Error(`${name} has gone from ${file}`);
  return found;
}
