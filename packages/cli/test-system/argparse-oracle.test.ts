/** Python's own argparse, given the same options, is the oracle for how argument lists are read. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseArguments } from "../src/arguments.ts";
import { OPTIONS } from "../src/options.ts";

/** Reads {options, lists} from standard input; answers, for each list, its options or argparse's error message. */
const ORACLE = `
import argparse, json, sys
class Refused(Exception): pass
class Asked(Exception): pass
class Parser(argparse.ArgumentParser):
    def error(self, message): raise Refused(message)
class Help(argparse.Action):
    def __init__(self, **kw): super().__init__(nargs=0, **kw)
    def __call__(self, parser, *rest): raise Asked()
task = json.load(sys.stdin)
parser = Parser(prog='gwe', add_help=False)
for option in task['options']:
    how = {'nothing': {'action': 'store_const', 'const': []}, 'one': {}, 'several': {'nargs': '+'}}[option['takes']]
    if option['name'] == 'help': how = {'action': Help}
    if 'choices' in option: how['choices'] = option['choices']
    parser.add_argument(*option['flags'], dest=option['name'], **how)
def read(arguments):
    try: found = vars(parser.parse_args(arguments))
    except Refused as refused: return str(refused)
    except Asked: return 'help'
    return {name: [value] if isinstance(value, str) else value for name, value in found.items() if value is not None}
json.dump([read(arguments) for arguments in task['lists']], sys.stdout)
`;

/** Two spellings of one option are no ambiguity to us, and two options to argparse; \`--\` without positional arguments differs between Pythons. */
const options = OPTIONS.filter((spec) => spec.later !== true);
const flags = OPTIONS.flatMap((spec) => (spec.later ? [] : spec.flags));
const laterFlags = OPTIONS.flatMap((spec) => (spec.later ? spec.flags : []));

test("random argument lists are read exactly as Python's argparse reads them", () => {
  const flag = fc.constantFrom(...flags);
  const word = fc.oneof(
    flag,
    fc.tuple(flag, fc.integer({ min: 2, max: 14 })).map(([name, length]) => name.slice(0, length)),
    fc.tuple(flag, fc.constantFrom("", "=", "=x", "DEBUG", "=INFO", "vp", "c9")).map((parts) => parts.join("")),
    fc.constantFrom("x", "DEBUG", "''", "", "-5", "-1.5", "-", "-Q", "-Q b", "it's", "--none", "--none=1"),
  );
  const lists = fc
    .sample(fc.array(word, { maxLength: 6 }), 4000)
    .filter(
      (list) =>
        !list.some(
          (item) => item.startsWith("--") && laterFlags.some((later) => later.startsWith(item.split("=")[0] ?? "")),
        ),
    );
  const answer = execFileSync("python3", ["-c", ORACLE], {
    input: JSON.stringify({ options, lists }),
    encoding: "utf8",
  });
  const expected: unknown = JSON.parse(answer);
  const got = lists.map((list) => {
    const parsed = parseArguments(list);
    if (!parsed.ok) return parsed.problem;
    return parsed.value.has("help") ? "help" : Object.fromEntries(parsed.value);
  });
  expect(got.map((result, index) => [lists[index], result])).toEqual(
    (expected as unknown[]).map((result, index) => [lists[index], result]),
  );
});
