/** The packages of the life that is cut off everywhere: a program in several versions, each with files outside its release. */
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";

export const APP = "ticker";

export interface TickerOptions {
  /** What its script does besides, at the end. */
  readonly further?: string;
  /** What its program does after it has said who it is. */
  readonly program?: string;
  /** Seconds; without it, as the gateway is configured. */
  readonly probation?: number;
}

/** Where the program writes its pid, its version, and the version of the settings that it has found. */
export const PROGRAM_REPORT = "run/ticker";

/** Its data, which a rollback puts back: a file for each version that has run. */
const DATA = "var/lib/ticker";

/** The program, too, lies outside the release, as real ones do. */
export function ticker(version: string, options: TickerOptions = {}): PackageFixture {
  const { further = "", program = "exec sleep 1000000", probation } = options;
  const manifest = { probation, data: [{ path: `/${DATA}`, on_rollback: "snapshot" }] };
  return goodPackage({
    name: APP,
    version,
    install: `${installScript(version)}\n${further}`,
    supervisorConf: `[supervisord]
command = /bin/sh -c 'exec "$GWE_ROOT/usr/local/lib/ticker/ticker"'
startsecs = 0
startretries = 1
`,
    others: [
      { path: "ticker.sh", mode: 0o755, content: programText(version, program) },
      { path: "gwe.json", content: JSON.stringify(manifest) },
    ],
  });
}

/** Without a program: its script must not run twice. Each run leaves a line. */
export function oneOff(): PackageFixture {
  return goodPackage({ name: "once", install: 'echo run >> "$GWE_DATA_DIR/runs"' });
}

export const ONE_OFF_RUNS = "var/lib/gateway-engine/data/once/runs";

/** Replaces files, adds some, removes some and changes a mode, in each version others: what is there of another is noticed. */
function installScript(version: string): string {
  return `set -eu
local=$GWE_ROOT/usr/local
etc=$GWE_ROOT/etc/ticker
parts=parts-$GWE_APP_VERSION
for folder in "$GWE_ROOT/usr" "$local" "$local/lib" "$local/lib/ticker" "$etc" "$etc/$parts"; do
  [ -d "$folder" ] || mkdir "$folder"
done
cp ticker.sh "$local/lib/ticker/ticker.new"
mv -f "$local/lib/ticker/ticker.new" "$local/lib/ticker/ticker"
echo "settings=$GWE_APP_VERSION" > "$etc/settings"
chmod ${Number(version) % 2 === 0 ? "600" : "644"} "$etc/settings"
echo "part" > "$etc/$parts/part"
for other in "$etc"/parts-*; do
  [ "$other" = "$etc/$parts" ] || rm -rf "$other"
done
ln -sfn "$parts" "$etc/current"`;
}

function programText(version: string, program: string): string {
  return `#!/bin/sh
. "$GWE_ROOT/etc/ticker/settings"
mkdir -p "$GWE_ROOT/${DATA}"
: > "$GWE_ROOT/${DATA}/run-by-${version}"
report=$GWE_ROOT/${PROGRAM_REPORT}
echo "$$ ${version} $settings" > "$report.$$"
mv "$report.$$" "$report"
${program}
`;
}
