/** Plays a scenario on a gateway, and looks what has become of it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { scriptProcessesOf } from "@gateway-engine/testkit/running-processes";
import { application, furnish, homeOf, oneOff, type Version } from "./application.ts";
import { accountOf } from "./environment.ts";
import {
  bookViolations,
  differences,
  type Files,
  filesByHand,
  filesOf,
  programViolations,
  unexplained,
} from "./inspection.ts";
import { reboot, storyOf } from "./journal.ts";
import type { Cut, Scenario } from "./scenario.ts";
import type { Stand } from "./stand.ts";

/** @param app a name for its application, which no other scenario on this gateway uses @returns what does not hold, one line each */
export async function play(stand: Stand, scenario: Scenario, app: string): Promise<readonly string[]> {
  const { order, cut, ends } = scenario;
  const { root } = stand;
  const folders = furnish(root, app);
  if (scenario.account === undefined) stand.own(...folders);
  else execFileSync("chown", ["-hR", scenario.account, ...folders]);
  const beginning = await filesOf(root);
  if (scenario.before !== undefined) await installed(stand, app, "1", scenario.before);
  if (scenario.upgradedTo !== undefined) await installed(stand, app, "2", scenario.upgradedTo);
  const before = await filesOf(root);
  const pid = await pidOf(stand, app);
  const wanted = await wantedFiles(stand, scenario, app, { beginning, before });
  const deployment = `${app}-order`;
  give(stand, scenario, app, deployment);
  const missed = cut === undefined ? [] : await cutOff(stand, app, deployment, cut);
  const results = await stand.results(deployment);
  const result = results[0];
  if (result === undefined) return ["no result was reported"];
  const { undo } = storyOf(stand.paths.journal, deployment);
  const books = await bookViolations(stand, deployment, app, ends);
  if (books.length > 0) return [...missed, ...books];
  const programs = await programViolations(stand, app, ends.runs);
  const differing = new Map(differences(await filesOf(root), wanted));
  // A new version has a new one.
  if (ends.files === "as the script makes them") differing.delete(`etc/supervisor/conf.d/${app}.conf`);
  const isProgram = order.verb !== "uninstall" && !("oneOff" in order);
  return [
    ...missed,
    ...(isProgram && undo !== stand.environment.undo ? [`the script was to be taken back by ${undo}`] : []),
    ...programs,
    ...(ends.isUntouched === true && (await pidOf(stand, app)) !== pid ? ["the program was restarted"] : []),
    ...unexplained(differing, { root, exact: undo !== "script" || ends.files === "as the script makes them", result }),
    ...(ends.warns === undefined || result.test?.includes(ends.warns)
      ? []
      : [`the report does not say "${ends.warns}": ${JSON.stringify(result)}`]),
    ...(ends.also?.({ root, app }) ?? []),
  ];
}

async function installed(stand: Stand, app: string, version: string, options: Version): Promise<void> {
  const fixture = application(app, version, inEnvironment(stand, options));
  stand.offer(fixture);
  stand.order("install", fixture.fileName, `${app}-${version}`);
  const [result] = await stand.results(`${app}-${version}`);
  if (result?.status !== "ok")
    throw new Error(`${app} in version ${version} is not installed: ${JSON.stringify(result)}`);
}

function give(stand: Stand, { order }: Scenario, app: string, deployment: string): void {
  if (order.verb !== "install") {
    stand.order(order.verb, app, deployment);
    return;
  }
  const fixture =
    "oneOff" in order ? oneOff(app, order.oneOff) : application(app, "2", inEnvironment(stand, order.version));
  stand.offer(fixture);
  stand.order("install", fixture.fileName, deployment);
}

/** Root can do without layers, too. */
function inEnvironment({ environment }: Stand, version: Version): Version {
  if (environment.undo === "overlay" || environment.account !== undefined) return version;
  return { ...version, manifest: { ...version.manifest, undo: "script" } };
}

async function wantedFiles(
  { root, environment }: Stand,
  { order, before: first = {}, ends, account: name }: Scenario,
  app: string,
  known: { readonly beginning: Files; readonly before: Files },
): Promise<Files> {
  if (ends.files === "as before") return known.before;
  if (ends.files === "as in the beginning") return known.beginning;
  const version = order.verb === "install" ? "2" : "1";
  const options = "version" in order ? order.version : first;
  const account = name === undefined ? environment.account : accountOf(name);
  const byHand = await filesByHand(root, { app, version, options, account });
  const others = Object.entries(known.before).filter(([path]) => !path.startsWith(homeOf(app)));
  return { ...Object.fromEntries(others), ...byHand };
}

/** Kills the engine in a state, and starts it again. @returns what went otherwise */
async function cutOff(
  stand: Stand,
  app: string,
  deployment: string,
  { state, reboots }: Cut,
): Promise<readonly string[]> {
  const { paths, root } = stand;
  const begun = join(paths.stateDir, "data", app, "begun");
  await stand.entered(state, app);
  if (state === "installing") await stand.until(`${begun}`, () => existsSync(begun));
  await stand.kill();
  const last = storyOf(paths.journal, deployment).states.at(-1);
  if (reboots === true) {
    await stand.until("the end of the scripts", () => endScripts(root) === 0);
    reboot(paths.journal, deployment);
  }
  stand.start();
  return last === state ? [] : [`the engine was not killed in ${state}, but in ${last}`];
}

/** What is just being forked is seen at the next look. @returns how many there were */
function endScripts(root: string): number {
  const scripts = scriptProcessesOf(root);
  for (const { pid } of scripts) process.kill(pid, "SIGKILL");
  return scripts.length;
}

async function pidOf(stand: Stand, app: string): Promise<number | undefined> {
  return (await stand.programs()).find(({ group }) => group === app)?.pid;
}
