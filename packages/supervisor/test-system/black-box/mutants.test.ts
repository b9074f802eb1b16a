/** The suite against daemons that are altered on purpose, each in one place: it has to find every one of them out. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test } from "vitest";
import { type Alteration, alter, copyDaemon } from "./altered-daemon.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");

const SUITE = "packages/supervisor/test-system/black-box";

interface Mutant extends Alteration {
  readonly what: string;
  /** The case that has to fail: its file, and words of its name. */
  readonly foundBy: readonly [string, string];
}

const MUTANTS: readonly Mutant[] = [
  {
    what: "refuses with another fault",
    text: 'new RpcFault("ALREADY_STARTED"',
    instead: 'new RpcFault("FAILED"',
    foundBy: ["rpc-processes", "is refused while it runs, starts"],
  },
  {
    what: "calls a program RUNNING before startsecs",
    text: 'kind: "timer", ms: config.startsecs * 1000',
    instead: 'kind: "timer", ms: 0',
    foundBy: ["transitions", "to RUNNING after startsecs"],
  },
  {
    what: "waits equally long before each try",
    text: "failures * 1000",
    instead: "1000",
    foundBy: ["transitions", "after longer and longer waits"],
  },
  {
    what: "sends another signal than stopsignal",
    text: "signal: stopsignal",
    instead: 'signal: "SIGTERM"',
    foundBy: ["options-of-programs", "of .program:x.*stopsignal is sent"],
  },
  {
    what: "does not look at exitcodes",
    text: "config.exitcodes.includes(status)",
    instead: "status === 0",
    foundBy: ["transitions", "no further than EXITED after an expected status"],
  },
  {
    what: "does not kill what ignores its stop signal",
    text: 'signal: "SIGKILL"',
    instead: 'signal: "SIGCONT"',
    foundBy: ["transitions", "is killed when it does not stop"],
  },
  {
    what: "keeps one old log too many",
    text: "if (backups === 0)",
    instead: "if (backups++ === 0)",
    foundBy: ["logs.test", "is put aside after the write that fills it"],
  },
  {
    what: "ends the groups in the wrong order",
    text: "groups.toReversed()",
    instead: "groups",
    foundBy: ["start-and-end", "stops group after group"],
  },
  {
    what: "forgets the old configuration when the new one cannot be read",
    text: "const loaded = loadConfig();",
    instead: "const loaded = loadConfig(); if (!loaded.ok) state.config = { ...state.config, groups: [] };",
    foundBy: ["updates", "adds, changes and removes what it says"],
  },
  {
    what: "lets everybody in who knows the user's name",
    text: "isPassword(given.slice(colon + 1), wanted.password)",
    instead: "true",
    foundBy: ["servers", "in clear lets in who knows it"],
  },
  {
    what: "leaves the environment of the configuration out",
    text: "...config.environment,",
    instead: "",
    foundBy: ["options-of-programs", "of .program:x.*user, directory, umask, environment"],
  },
];

interface Cases {
  readonly files: readonly string[];
  /** A pattern of their names. */
  readonly words: string;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Runs cases of the suite against the daemon that this program starts. */
async function runSuite(supervisord: string, folder: string, { files, words }: Cases): Promise<Outcome> {
  const report = join(folder, "report.json");
  const child = spawn(
    "/bin/sh",
    [
      "scripts/node.sh",
      "node_modules/vitest/vitest.mjs",
      ...["run", "--config", "vitest.system.config.ts", ...files.map((file) => `${SUITE}/${file}`)],
      ...["-t", words, "--reporter=json", `--outputFile=${report}`],
    ],
    { cwd: ROOT, env: environment(supervisord), stdio: "ignore" },
  );
  await once(child, "exit");
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  return { passed: numPassedTests, failed: numFailedTests };
}

/** Without what says that we are a run of tests ourselves. */
function environment(supervisord: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  return { ...Object.fromEntries(own), BLACK_BOX_SUPERVISORD: supervisord, BLACK_BOX_LIMIT_MS: "6000" };
}

describe("the black-box suite", () => {
  test("passes with a copy of the daemon that is not altered", async () => {
    using folder = temporaryFolder("no-mutant");
    const supervisord = copyDaemon(folder.path);
    const files = [...new Set(MUTANTS.map(({ foundBy: [file] }) => file))];
    const words = MUTANTS.map(({ foundBy: [, name] }) => `(${name})`).join("|");
    expect(await runSuite(supervisord, folder.path, { files, words })).toEqual({ passed: MUTANTS.length, failed: 0 });
  });

  test.each(MUTANTS)("finds out a daemon that $what", async (mutant) => {
    using folder = temporaryFolder("mutant");
    const supervisord = copyDaemon(folder.path);
    alter(folder.path, mutant);
    const [file, words] = mutant.foundBy;
    expect(await runSuite(supervisord, folder.path, { files: [file], words })).toEqual({ passed: 0, failed: 1 });
  });
});
