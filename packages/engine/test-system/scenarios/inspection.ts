/** What has to hold when a scenario has come to its end. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { scriptProcessesOf } from "@gateway-engine/testkit/running-processes";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { type ListedFile, listDisk } from "../../test/gallery/support/disk-listing.ts";
import { homeOf, installByHand, programText, reportOf, type Version } from "./application.ts";
import type { Account } from "./environment.ts";
import { storyOf, waitingIn } from "./journal.ts";
import type { Ending } from "./scenario.ts";
import type { Stand } from "./stand.ts";

/** Everything below a root but what belongs to the engine and the logs; by path, without times. */
export type Files = Readonly<Record<string, string>>;

const RULES = {
  without: [/^var\/(log|lib\/gateway-engine)$/, /^run$/, /^etc\/gateway-engine$/, /^srv\/[^/]+\/kept$/],
  workplaces: [/./],
};

export async function filesOf(root: string): Promise<Files> {
  const listing = await listDisk(root, RULES);
  return Object.fromEntries(Object.entries(listing).map(([path, file]) => [path, describe(file)] as const));
}

function describe({ kind, mode, owner, content }: ListedFile): string {
  return `a ${kind} ${mode} ${owner} ${content?.slice(0, 12) ?? ""}`.trim();
}

export interface ByHand {
  readonly app: string;
  readonly version: string;
  readonly options: Version;
  /** Without it, root. */
  readonly account: Account | undefined;
}

/** What the files of an application would be, had somebody run the script of a version by hand. */
export async function filesByHand(root: string, { app, version, options, account }: ByHand): Promise<Files> {
  using folder = temporaryFolder("by-hand");
  const home = join(folder.path, "root", homeOf(app));
  execFileSync("mkdir", ["-p", join(home, "..")]);
  execFileSync("cp", ["-a", join(root, homeOf(app)), home]);
  const release = join(folder.path, "release");
  execFileSync("mkdir", [release]);
  writeFileSync(join(release, "program"), programText(app, version, options), { mode: 0o755 });
  if (account !== undefined) execFileSync("chown", [`${account.uid}:${account.gid}`, folder.path]);
  installByHand({ home, release, version, account }, options);
  return await filesOf(join(folder.path, "root"));
}

/** The files that are not as wanted, one line each, by path. @param ignored what may be as it likes, besides */
export function differences(found: Files, wanted: Files): ReadonlyMap<string, string> {
  const paths = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].sort();
  const lines = paths
    .filter((path) => found[path] !== wanted[path])
    .map((path) => [path, `${path} is ${found[path] ?? "missing"} instead of ${wanted[path] ?? "missing"}`] as const);
  return new Map(lines);
}

/** Where layers were, nothing may differ; where not, what differs has to be named, or lie in a folder that is. */
export function unexplained(
  differing: ReadonlyMap<string, string>,
  { root, exact, result }: { readonly root: string; readonly exact: boolean; readonly result: FetchStatus },
): readonly string[] {
  const named = (result.not_restored ?? []).map((line) => line.replace(/: .*/s, "").slice(root.length + 1));
  if (exact && named.length > 0) return [`the report names ${named.join(", ")}`];
  // A folder that is named speaks for what is in it; a file, for the folders that were made for it.
  const tells = (name: string, path: string) =>
    name === path || name === `${path}/` || (name.endsWith("/") && path.startsWith(name)) || isMadeFor(path, name);
  const isMadeFor = (path: string, name: string) =>
    line(path).includes("instead of missing") && name.startsWith(`${path}/`);
  const line = (path: string) => differing.get(path) ?? "";
  const open = [...differing].filter(([path]) => exact || !named.some((name) => tells(name, path)));
  return open.map(([, told]) => told);
}

/** Exactly one, of the version that it says, with the settings of that version; or none. */
export async function programViolations(
  stand: Stand,
  app: string,
  version: string | undefined,
): Promise<readonly string[]> {
  const running = async () => (await stand.programs()).filter(({ group }) => group === app);
  await stand.until(`${app} at rest`, async () =>
    (await running()).every(({ statename }) => !PASSING.includes(statename)),
  );
  const programs = await running();
  if (version === undefined) return programs.map(({ statename }) => `the supervisor has ${app} as ${statename}`);
  const [program, ...more] = programs;
  if (program?.statename !== "RUNNING" || more.length > 0) {
    return [`the supervisor has ${app} as ${programs.map(({ statename }) => statename).join(", ") || "unknown"}`];
  }
  const wanted = `${program.pid} ${version} ${version}`;
  const said = () => readText(join(stand.root, reportOf(app))).trim();
  await stand.until(
    () => `the program of ${app} says "${said()}" instead of "${wanted}", which`,
    () => said() === wanted,
  );
  return [];
}

/** The journal, the report, and what the engine keeps of an order while it is under way. */
export async function bookViolations(
  stand: Stand,
  deployment: string,
  app: string,
  ends: Ending,
): Promise<readonly string[]> {
  const { paths, cloud } = stand;
  await stand.until("the end of everything", () => waitingIn(paths.journal) === 0);
  const results = cloud.results.filter((result) => result.deployment === deployment);
  const { states } = storyOf(paths.journal, deployment);
  const isAsItEnds = ({ status, state, code }: FetchStatus) =>
    status === ends.status && state === ends.state && (ends.code === undefined || code === ends.code);
  return [
    ...results.filter((result) => !isAsItEnds(result)).map((result) => `it was reported: ${JSON.stringify(result)}`),
    ...(states.at(-1) === ends.state ? [] : [`the journal ends in ${states.at(-1)}`]),
    ...(await leftovers(stand, app)),
    ...strays(stand.root),
  ];
}

/** What is tidied up after an order has ended, and still there after a while. */
async function leftovers({ paths }: Stand, app: string): Promise<readonly string[]> {
  const end = performance.now() + TIDY_LIMIT_MS;
  for (;;) {
    const left = [
      ...entriesOf(paths.undoDir).filter((name) => !name.endsWith("undo/owned")),
      ...entriesOf(paths.downloadsDir),
      ...entriesOf(join(paths.stateDir, "snapshots")),
      ...entriesOf(join(paths.appsDir, app)).filter((name) => name.includes("/.")),
    ];
    if (left.length === 0 || performance.now() > end) return left.map((path) => `${path} is left`);
    await sleep(20);
  }
}

function strays(root: string): readonly string[] {
  return scriptProcessesOf(root).map(({ line }) => `a process of a script still runs: ${line}`);
}

function entriesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

const TIDY_LIMIT_MS = 5000;
const PASSING: readonly string[] = ["STARTING", "BACKOFF", "STOPPING"];
