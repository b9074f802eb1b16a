/** Names made of a topic: `sensor-{1}` is `sensor-` and what the first wildcard of the rule's topic stands for. */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/** Texts, and what is put in their place. */
export type Template = readonly (string | Place)[];

/** `topic`: the whole topic. `key`: the name of a value in a JSON object. A number: that wildcard, from 1. */
export interface Place {
  readonly place: "topic" | "key" | number;
}

export interface TemplateValues {
  readonly topic: string;
  readonly key: string;
  /** What the wildcards stand for. */
  readonly found: readonly string[];
}

/** @returns the template, or what it must look like */
export function parseTemplate(text: string, wildcards: number, hasKey: boolean): Result<Template, string> {
  const template: (string | Place)[] = [];
  for (const [, place, plain] of text.matchAll(/\{([^{}]*)\}|([^{]+|\{)/g)) {
    if (plain !== undefined) {
      template.push(plain);
      continue;
    }
    const number = Number(place);
    if (place === "topic" || (place === "key" && hasKey)) template.push({ place });
    else if (Number.isInteger(number) && number >= 1 && number <= wildcards) template.push({ place: number });
    else return fail(`a name in which only ${placesOf(wildcards, hasKey)} stand in braces`);
  }
  return template.length === 0 ? fail("a name of at least one character") : ok(template);
}

export function fillTemplate(template: Template, { topic, key, found }: TemplateValues): string {
  return template
    .map((part) => {
      if (typeof part === "string") return part;
      if (part.place === "topic") return topic;
      return part.place === "key" ? key : (found[part.place - 1] ?? "");
    })
    .join("");
}

export function holdsKey(template: Template): boolean {
  return template.some((part) => typeof part !== "string" && part.place === "key");
}

function placesOf(wildcards: number, hasKey: boolean): string {
  const numbers = Array.from({ length: wildcards }, (_none, index) => `{${index + 1}}`);
  return [...numbers, "{topic}", ...(hasKey ? ["{key}"] : [])].join(", ");
}
