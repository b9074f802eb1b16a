/**
 * The script that the actions of a gwe.json stand for: it becomes the release's install.sh.
 *
 * @see docs/reference/gwe-json.md#install
 */
import type { InstallAction, Rights } from "@gateway-engine/artifact/install-actions";

/** @returns a script for a POSIX shell, which ends with the first action that fails */
export function actionScript(actions: readonly InstallAction[]): string {
  return [HEAD, ...actions.map(lineOf), ""].join("\n");
}

function lineOf(action: InstallAction): string {
  switch (action.kind) {
    case "copy":
      return `copy ${quote(action.from)} ${quote(action.to)} ${rightsOf(action.rights)}`;
    case "folder":
      return `folder ${quote(action.path)} ${rightsOf(action.rights)}`;
    case "link":
      return `link ${quote(action.path)} ${quote(action.target)}`;
    case "run":
      return `run ${action.command.map(quote).join(" ")}`;
  }
}

function rightsOf({ mode = "", owner = "" }: Rights): string {
  return `${quote(mode)} ${quote(owner)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A file is put in place by a rename, so that a program that runs from it goes on with what it has. */
const HEAD = `#!/bin/sh
# Made by gwe of the actions in gwe.json.
set -eu
root=\${GWE_ROOT%/}

rights() { # PATH MODE OWNER
  if [ -n "$3" ]; then chown "$3" "$1"; fi
  if [ -n "$2" ]; then chmod "$2" "$1"; fi
}

copy() { # FROM TO MODE OWNER
  echo "copy $1 to $2"
  mkdir -p "$(dirname "$root$2")"
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
    cp -R "$1/." "$root$2/"
    rights "$root$2" "$3" "$4"
  else
    rm -f "$root$2.gwe-new"
    cp "$1" "$root$2.gwe-new"
    rights "$root$2.gwe-new" "$3" "$4"
    mv -fT "$root$2.gwe-new" "$root$2"
  fi
}

folder() { # PATH MODE OWNER
  echo "folder $1"
  mkdir -p "$root$1"
  rights "$root$1" "$2" "$3"
}

link() { # PATH TARGET
  echo "link $1 to $2"
  mkdir -p "$(dirname "$root$1")"
  ln -sfn "$2" "$root$1.gwe-new"
  mv -fT "$root$1.gwe-new" "$root$1"
}

run() {
  echo "run $*"
  "$@"
}
`;
