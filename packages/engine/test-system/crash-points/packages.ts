/** The packages of the life that is cut off everywhere: a program in several versions, each with files outside its release. */
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";

export const APP = "ticker";

export interface TickerOptions {
  /** What its script does besides, at the end. */
  readonly further?: string;
  /** What its program does after it has said who it is. */
  readonly program?: string;
}

/** Where the program writes its pid, its version, and the version of the settings that it has found. */
export const PROGRAM_REPORT = "run/ticker";

/**
 * Its script replaces files, adds some, removes some and changes a mode, each time others; what is there of another version
 * is noticed. The program, too, lies outside the release, as real ones do.
 */
export function ticker(
  version: string,
  { further = "", program = "exec sleep 1000000" }: TickerOptions = {},
): PackageFixture {
  const mode = Number(version) % 2 === 0 ? "600" : "644";
  return goodPackage({
    name: APP,
    version,
    install: `set -eu
lib=$GWE_ROOT/usr/local/lib/ticker
etc=$GWE_ROOT/etc/ticker
for folder in "$GWE_ROOT/usr" "$GWE_ROOT/usr/local" "$GWE_ROOT/usr/local/lib" "$lib" "$etc" "$etc/parts-$GWE_APP_VERSION"; do
  [ -d "$folder" ] || mkdir "$folder"
done
cp ticker.sh "$lib/ticker.new"
mv -f "$lib/ticker.new" "$lib/ticker"
echo "settings=$GWE_APP_VERSION" > "$etc/settings"
chmod ${mode} "$etc/settings"
echo "part" > "$etc/parts-$GWE_APP_VERSION/part"
for parts in "$etc"/parts-*; do [ "$parts" = "$etc/parts-$GWE_APP_VERSION" ] || rm -rf "$parts"; done
ln -sfn "parts-$GWE_APP_VERSION" "$etc/current"
${further}`,
    supervisorConf: `[supervisord]\ncommand = /bin/sh -c 'exec "$GWE_ROOT/usr/local/lib/ticker/ticker"'\nstartsecs = 0\nstartretries = 1\n`,
    others: [
      {
        path: "ticker.sh",
        mode: 0o755,
        content: `#!/bin/sh
. "$GWE_ROOT/etc/ticker/settings"
echo "$$ ${version} $settings" > "$GWE_ROOT/${PROGRAM_REPORT}.$$"
mv "$GWE_ROOT/${PROGRAM_REPORT}.$$" "$GWE_ROOT/${PROGRAM_REPORT}"
${program}
`,
      },
    ],
  });
}

/** Without a program: its script must not run twice. Each run leaves a line. */
export function oneOff(): PackageFixture {
  return goodPackage({ name: "once", install: 'echo run >> "$GWE_DATA_DIR/runs"' });
}

export const ONE_OFF_RUNS = "var/lib/gateway-engine/data/once/runs";
