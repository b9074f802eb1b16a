#!/bin/sh
# Makes a clone ready to run: installs the dependencies when the lock file changed since the last time, and builds what changed.
# Needs only npm; says what it does. Sourced by nobody.
set -eu
repository=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$repository"

# What was installed last: the lock file and the machine's kind, since the pinned Node depends on it.
wanted=$({ cat package-lock.json package.json packages/*/package.json; uname -sm; } | cksum)
stamp=node_modules/.gateway-engine-installed

if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  command -v npm >/dev/null 2>&1 || { echo "setup: npm is not installed; install Node 20 or newer with npm" >&2; exit 69; }
  [ -w . ] || { echo "setup: $repository is not writable for $(id -un); clone it to a folder of your own" >&2; exit 77; }
  echo "Installing the dependencies from package-lock.json (once; about a minute) ..."
  npm ci --loglevel=error --no-progress >&2
  echo "$wanted" >"$stamp"
fi

# The compiler knows what changed, but asking it takes a second, and of files that were moved or deleted it knows nothing.
sources() { find packages/*/src packages/*/tsconfig.json tsconfig*.json -type f -printf "$1" | sort; }
built=node_modules/.gateway-engine-built
names=$(sources '%p\n' | cksum)
state=$(sources '%p %s %T@\n' | cksum)
if [ ! -f "$built" ] || [ "$(cat "$built")" != "$names $state" ]; then
  echo "Building what changed ..."
  case $(cat "$built" 2>/dev/null) in
    "$names "*) ;;
    *) rm -rf packages/*/dist ;;
  esac
  sh scripts/node.sh node_modules/typescript/bin/tsc -b
  echo "$names $state" >"$built"
fi
