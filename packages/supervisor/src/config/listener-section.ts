/** `[eventlistener:x]`: the options of a program, and what its pool is told of. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { findSubscriptionName, type SubscriptionName } from "../events/event-names.ts";
import { boolean, integer, list, text } from "./convert.ts";
import type { GroupConfig, ListenersRole, ProcessConfig } from "./model.ts";
import type { SectionReader } from "./reader.ts";

/**
 * @param readProcesses reads what it has in common with `[program:x]`
 * @throws ConfigRejection
 */
export function readListenerSection(
  reader: SectionReader,
  readProcesses: (pool: string) => readonly ProcessConfig[],
): GroupConfig {
  const section = reader.section.name;
  const name = section.slice(section.indexOf(":") + 1);
  const priority = reader.read("priority", integer, STARTED_FIRST);
  const role = readRole(reader);
  if (reader.read("redirect_stderr", boolean, false)) {
    const why = "but this is not allowed because it will interfere with the eventlistener protocol";
    reader.reject(`[${section}] section sets redirect_stderr=true ${why}`, "redirect_stderr");
  }
  return { name, priority, processes: readProcesses(name), role };
}

function readRole(reader: SectionReader): ListenersRole {
  const section = reader.section.name;
  const bufferSize = reader.read("buffer_size", integer, DEFAULT_BUFFER_SIZE);
  if (bufferSize < 1) reader.reject(`[${section}] section sets invalid buffer_size (${bufferSize})`, "buffer_size");
  const handler = reader.read("result_handler", text, DEFAULT_HANDLER);
  if (handler !== DEFAULT_HANDLER) {
    const why = `only ${DEFAULT_HANDLER} is known here, because others are Python code`;
    reader.reject(`${handler} cannot be resolved within [${section}]: ${why}`, "result_handler");
  }
  const events = reader.read("events", (raw) => subscriptions(raw, section), []);
  if (events.length === 0) reader.reject(`[${section}] section requires an "events" line`, "events");
  return { kind: "listeners", events, bufferSize };
}

/** Each once and in alphabetical order, so that another order in the file is no change. */
function subscriptions(raw: string, section: string): Result<readonly SubscriptionName[], string> {
  const listed = list(raw);
  if (!listed.ok) return listed;
  const names = new Set<SubscriptionName>();
  for (const word of listed.value) {
    const name = findSubscriptionName(word.toUpperCase());
    if (name === undefined) return fail(`Unknown event type ${word.toUpperCase()} in [${section}] events`);
    names.add(name);
  }
  return ok([...names].sort());
}

/** Before the programs they are told of, and stopped after them. */
const STARTED_FIRST = -1;
const DEFAULT_BUFFER_SIZE = 10;
const DEFAULT_HANDLER = "supervisor.dispatchers:default_handler";
