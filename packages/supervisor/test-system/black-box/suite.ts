/**
 * Cases with the same expectation for both daemons.
 *
 * ```ts
 * onBothDaemons("starting", ({ kind, spec }) => {
 *   const daemon = sharedDaemon(kind, { programs: "[program:cat]\ncommand=cat" });
 *   spec("is refused while it runs", ["fault supervisor.startProcess 60"], async () => {
 *     await daemon().until("cat", "RUNNING");
 *     await expectFault(daemon().call("startProcess", "cat"), 60, "ALREADY_STARTED: cat");
 *   });
 * });
 * ```
 *
 * The cases of one topic run side by side: each uses programs, or a daemon, of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CatalogueItem } from "./catalogue.ts";
import { noteCovered } from "./coverage-notes.ts";
import { Daemon, type DaemonSetup } from "./daemon.ts";
import { Fault } from "./http.ts";
import { DAEMON_KINDS, type DaemonKind } from "./kinds.ts";

export interface Suite {
  readonly kind: DaemonKind;
  /** One case: its sentence, the items of the catalogue that it tries, and what has to hold. */
  readonly spec: (sentence: string, covers: readonly CatalogueItem[], body: () => Promise<void>) => void;
}

export function onBothDaemons(topic: string, define: (suite: Suite) => void): void {
  describe.concurrent.each(DAEMON_KINDS)(`${topic}, $name`, (kind) => {
    define({
      kind,
      spec: (sentence, covers, body) =>
        test(sentence, async () => {
          await body();
          noteCovered(kind.name, covers);
        }),
    });
  });
}

/** One daemon for all the cases of a topic. @returns how a case gets it */
export function sharedDaemon(kind: DaemonKind, setup: DaemonSetup): () => Daemon {
  let daemon: Daemon | undefined;
  beforeAll(async () => {
    daemon = new Daemon(kind, setup);
    await daemon.start();
  });
  afterAll(() => daemon?.[Symbol.asyncDispose]());
  return () => {
    if (daemon === undefined) throw new Error("the daemon was not started");
    return daemon;
  };
}

/**
 * What a daemon says that refuses to start.
 *
 * @param prepare changes its folder before
 */
export async function refusal(
  kind: DaemonKind,
  setup: DaemonSetup,
  prepare: (daemon: Daemon) => void = () => undefined,
): Promise<string> {
  await using daemon = new Daemon(kind, setup);
  prepare(daemon);
  const program = daemon.launch(["-n"]);
  const limit = setTimeout(() => void program.end("SIGKILL"), REFUSAL_LIMIT_MS);
  const { status, stderr } = await program.ended;
  clearTimeout(limit);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^Error: [\s\S]*\nFor help, use \S*supervisord -h\n$/);
  return stderr;
}

const REFUSAL_LIMIT_MS = 60_000;

/** @param text the whole text of the fault */
export async function expectFault(answer: Promise<unknown>, code: number, text: string | RegExp): Promise<void> {
  const outcome = await answer.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Fault);
  if (!(outcome instanceof Fault)) return;
  expect(outcome.code).toBe(code);
  if (typeof text === "string") expect(outcome.text).toBe(text);
  else expect(outcome.text).toMatch(text);
}
