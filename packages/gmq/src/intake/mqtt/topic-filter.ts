/**
 * Topic filters: which topics a subscription or a rule is about.
 *
 * @see MQTT 3.1.1, section 4.7
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

export interface TopicFilter {
  readonly text: string;
  readonly levels: readonly string[];
}

/** Most levels of a filter and of a topic. */
export const MAX_TOPIC_LEVELS = 100;

/** @returns the filter, or what it must look like */
export function parseTopicFilter(text: string): Result<TopicFilter, string> {
  const levels = text.split("/");
  if (text === "" || text.includes("\0")) return fail("a topic with at least one character");
  if (levels.length > MAX_TOPIC_LEVELS) return fail(`a topic of at most ${MAX_TOPIC_LEVELS} levels`);
  for (const [index, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || index < levels.length - 1)) {
      return fail("a topic whose # is a level of its own, and the last one");
    }
    if (level.includes("+") && level !== "+") return fail("a topic whose + is a level of its own");
  }
  return ok({ text, levels });
}

/**
 * What the wildcards of a filter stand for in a topic: each `+` for one level, `#` for all that follow, slashes included.
 *
 * @returns undefined when the topic does not fit
 */
export function matchTopic({ levels }: TopicFilter, topic: string): readonly string[] | undefined {
  const parts = topic.split("/");
  if (topic.startsWith("$") && (levels[0] === "+" || levels[0] === "#")) return undefined;
  const found: string[] = [];
  for (const [index, level] of levels.entries()) {
    if (level === "#") return [...found, parts.slice(index).join("/")];
    const part = parts[index];
    if (part === undefined) return undefined;
    if (level === "+") found.push(part);
    else if (level !== part) return undefined;
  }
  return parts.length === levels.length ? found : undefined;
}

export function wildcardsOf({ levels }: TopicFilter): number {
  return levels.filter((level) => level === "+" || level === "#").length;
}
