/**
 * The rules of the text format 0.0.4, written from its specification and apart from our own reader and writer.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*"`;
const VALUE = String.raw`(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)`;
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? ${VALUE}$`);
const HELP = new RegExp(String.raw`^# HELP (${NAME}) (?:[^\\]|\\[\\n])*$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);

/** @returns every rule that the text breaks, with the line */
export function brokenRules(text: string): readonly string[] {
  if (text === "") return [];
  const broken: string[] = [];
  if (!text.endsWith("\n")) broken.push("the last line does not end with a line feed");
  const types = new Map<string, string>();
  const groups = new Set<string>();
  const series = new Set<string>();
  let group = "";
  const enter = (name: string, line: string) => {
    if (name === group) return;
    if (groups.has(name)) broken.push(`not one group: ${line}`);
    groups.add(name);
    group = name;
  };
  for (const line of text.split("\n").slice(0, -1)) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (help !== null) enter(help[1] ?? "", line);
    else if (type !== null) {
      enter(type[1] ?? "", line);
      if (types.has(group)) broken.push(`a second TYPE: ${line}`);
      types.set(group, type[2] ?? "");
    } else if (sample === null) broken.push(`neither HELP nor TYPE nor a sample: ${line}`);
    else {
      const name = sample[1] ?? "";
      const base = name.replace(/_(bucket|sum|count)$/, "");
      const ofGroup = /histogram|summary/.test(types.get(base) ?? "") ? base : name;
      enter(ofGroup, line);
      if (!types.has(ofGroup)) broken.push(`no TYPE before: ${line}`);
      const key = line.slice(0, line.lastIndexOf(" "));
      if (series.has(key)) broken.push(`the same series again: ${line}`);
      series.add(key);
    }
  }
  return broken;
}
