/** The applications of the scenarios: a program in several versions, with files of its own and of others outside its release. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import type { Account } from "./environment.ts";

/** What a version is made of, where it is not as any other; `%app%` in it stands for the application's name. */
export interface Version {
  /** What install.sh does to files besides, at its end. */
  readonly further?: string;
  /** What it does besides that is nothing to files, before that. */
  readonly besides?: string;
  /** What the program does after it has said who it is. */
  readonly program?: string;
  /** Lines of supervisor.conf; of an option that is there already they count. */
  readonly conf?: string;
  /** Keys of gwe.json. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly uninstall?: string;
}

/** Where the files of an application are, below the gateway's root. */
export function homeOf(app: string): string {
  return `opt/${app}`;
}

/** Where its program writes its pid, its version, and the version of the settings that it has found, below the gateway's root. */
export function reportOf(app: string): string {
  return `var/lib/gateway-engine/data/${app}/report`;
}

/** Files that are there before any version of the application is. @returns the folders that they are in */
export function furnish(root: string, app: string): readonly string[] {
  const [home, data] = [join(root, homeOf(app)), join(root, "srv", app)];
  mkdirSync(join(home, "their-folder"), { recursive: true });
  mkdirSync(data, { recursive: true });
  for (const name of ["theirs", "their-mode", "lone", "their-folder/one"]) writeFileSync(join(home, name), `${name}\n`);
  symlinkSync("theirs", join(home, "their-link"));
  for (const name of ["kept", "put-back"]) writeFileSync(join(data, name), `${name}\n`);
  return [home, data];
}

/** A script that replaces, removes and makes files, folders and links, and changes modes: more than a version before knows of. */
export const UPHEAVAL = `
echo more >> theirs
rm lone
rm -r their-folder; mkdir their-folder; echo new > their-folder/two
rm their-link; mkdir their-link; echo new > their-link/file
chmod 600 their-mode; chmod 700 .
mkdir -p new/er; echo new > new/er/file; ln -s nowhere new/link`;

export function application(app: string, version: string, options: Version = {}): PackageFixture {
  const { further = "", besides = "", conf = "", manifest = {}, uninstall } = options;
  const others = [
    { path: "program", mode: 0o755, content: programText(app, version, options) },
    { path: "gwe.json", content: JSON.stringify(manifest).replaceAll("%app%", app) },
  ];
  if (uninstall !== undefined) others.push({ path: "uninstall.sh", mode: 0o755, content: scriptText(uninstall) });
  return goodPackage({
    name: app,
    version,
    install: `${IN_HOME}${WORK}${besides}\n${further}`,
    supervisorConf: `[supervisord]
command = /bin/sh -c 'exec "$GWE_ROOT/${homeOf(app)}/program"'
startsecs = 0
startretries = 0
${conf}`,
    others,
  });
}

/** Without a program: its script must not run twice. Each run leaves a line. */
export function oneOff(app: string, further: string): PackageFixture {
  return goodPackage({ name: app, version: "2", install: `echo run >> "$GWE_DATA_DIR/runs"\n${IN_HOME}${further}` });
}

/** Where the script of a version is run by hand, and by whom. */
export interface Hand {
  readonly home: string;
  readonly release: string;
  readonly version: string;
  readonly account: Account | undefined;
}

/** Has the shell do in a folder what the script of a version does to files. */
export function installByHand({ home, release, version, account }: Hand, { further = "" }: Version): void {
  execFileSync("/bin/sh", ["-euc", `${WORK}${further}`], {
    cwd: home,
    env: { ...process.env, GWE_APP_VERSION: version, GWE_RELEASE_DIR: release },
    ...account,
  });
}

const IN_HOME = `set -eu
cd "$GWE_ROOT/opt/$GWE_APP_NAME"
`;

/** A version that runs after another leaves nothing of what that one has made. */
const WORK = `
cp "$GWE_RELEASE_DIR/program" .program; mv -f .program program
echo "$GWE_APP_VERSION" > settings
rm -rf parts-*; mkdir "parts-$GWE_APP_VERSION"; echo part > "parts-$GWE_APP_VERSION/part"
ln -sfn "parts-$GWE_APP_VERSION" current
`;

/** Takes back what `WORK` does where nothing was before. */
export const UNINSTALL = `${IN_HOME}rm -rf program settings parts-* current`;

function scriptText(body: string): string {
  return `#!/bin/sh\n${body}\n`;
}

export function programText(app: string, version: string, { program = SLEEPS }: Version): string {
  return scriptText(`read -r settings < "$GWE_ROOT/${homeOf(app)}/settings"
report=$GWE_ROOT/${reportOf(app)}
echo "$$ ${version} $settings" > "$report.$$"
mv "$report.$$" "$report"
${program.replaceAll("%app%", app)}`);
}

const SLEEPS = "exec sleep 1000000";
