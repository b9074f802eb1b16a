import { gatewayPaths } from "@gateway-engine/core/paths";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CommandContext, CommandLineError, defineCommand } from "../src/command.ts";
import { commandGroup } from "../src/command-group.ts";
import { COMMANDS } from "../src/commands.ts";
import { OPTIONS } from "../src/options.ts";

const greet = defineCommand({
  synopsis: "[--json] [--limit N] NAME",
  help: ["Greets NAME."],
  options: {
    json: { type: "boolean", help: "print JSON" },
    limit: { type: "string", short: "n", metavar: "N", help: "at most N" },
  },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [name = ""] }, { terminal }) => {
    if (name === "nobody") throw new CommandLineError("nobody cannot be greeted");
    terminal.out(JSON.stringify({ ...values, name }));
    return 7;
  },
});

async function run(...args: readonly string[]) {
  const said = { out: "", err: "" };
  const context: CommandContext = {
    terminal: {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
    },
    paths: gatewayPaths("/nowhere"),
    folder: "/",
    environment: {},
    untilSignalled: async () => new AbortController().signal,
  };
  const table = [{ name: "greet", summary: "greets", load: async () => greet }];
  const status = await commandGroup("Politeness.", table).run({ program: "gwe polite", args }, context);
  return { status, ...said };
}

test.each([
  [["greet", "you"], { name: "you" }],
  [["greet", "--json", "you"], { json: true, name: "you" }],
  [["greet", "you", "--limit", "3"], { limit: "3", name: "you" }],
  [["greet", "--limit=-3", "you"], { limit: "-3", name: "you" }],
  [["greet", "-n3", "you"], { limit: "3", name: "you" }],
  [["greet", "--", "--json"], { name: "--json" }],
])("%j is read", async (args, want) => {
  const { status, out, err } = await run(...args);
  expect({ status, err }).toEqual({ status: 7, err: "" });
  expect(JSON.parse(out)).toEqual(want);
});

test.each([
  [["greet", "--loud", "you"], "unrecognized arguments: --loud"],
  [["greet", "--loud=very", "you"], "unrecognized arguments: --loud=very"],
  [["greet", "-x", "you"], "unrecognized arguments: -x"],
  [["greet", "you", "me"], "unrecognized arguments: me"],
  [["greet"], "expected [--json] [--limit N] NAME"],
  [["greet", "you", "--limit"], "argument --limit: expected one argument"],
  [["greet", "--limit", "--json", "you"], "argument --limit: expected one argument"],
  [["greet", "--json=yes", "you"], "argument --json: ignored explicit argument 'yes'"],
  [["greet", "nobody"], "nobody cannot be greeted"],
])("%j is refused with the usage line and status 2", async (args, problem) => {
  const usage = "usage: gwe polite greet [-h] [--json] [--limit N] NAME\n";
  expect(await run(...args)).toEqual({ status: 2, out: "", err: `${usage}gwe polite greet: error: ${problem}\n` });
});

test("-h counts wherever it stands, and lists every option", async () => {
  const { status, out, err } = await run("greet", "--limit", "3", "-h");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toBe(`usage: gwe polite greet [-h] [--json] [--limit N] NAME

Greets NAME.

options:
  -h, --help            show this help message and exit
  --json                print JSON
  -n, --limit N         at most N
`);
});

test.each([
  [[], 2, "usage: gwe polite {greet} ...\ngwe polite: error: expected a command\n"],
  [["shout"], 2, "usage: gwe polite {greet} ...\ngwe polite: error: invalid choice: 'shout'\n"],
])("a group says of %j which commands it has", async (args, status, err) => {
  expect(await run(...args)).toEqual({ status, out: "", err });
});

test("the help of a group lists its commands", async () => {
  expect((await run("--help")).out).toMatch(/^usage: gwe polite \{greet\} .*Politeness\..* {2}greet {2,}greets\n$/s);
});

test("no line ends in anything but an answer, or the usage with status 2", async () => {
  const words = fc.constantFrom(
    "you",
    "--json",
    "--limit",
    "--limit=1",
    "-n",
    "-n1",
    "--",
    "-",
    "",
    "-h",
    "--x",
    "-xy",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 6 }), async (args) => {
      const { status, out, err } = await run("greet", ...args);
      if (status === 2) expect({ out, err }).toEqual({ out: "", err: expect.stringMatching(/^usage: .*\n.*\n$/) });
      else expect(err).toBe("");
    }),
  );
});

test("no command looks like an option, and each has its own name and says what it is", async () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const flags: readonly string[] = OPTIONS.flatMap((spec) => spec.flags);
  for (const { name, summary, load } of COMMANDS) {
    expect(name).toMatch(/^[a-z]+$/);
    expect(flags).not.toContain(name);
    expect(summary).not.toBe("");
    expect(await load()).toHaveProperty("run");
  }
});
