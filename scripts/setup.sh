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

# The compiler itself knows what changed; asking it takes about a second, comparing times takes none.
built=node_modules/.gateway-engine-built
if [ ! -f "$built" ] || [ -n "$(find packages/*/src packages/*/tsconfig.json tsconfig*.json -newer "$built" -print -quit)" ]; then
  echo "Building what changed ..."
  sh scripts/node.sh node_modules/typescript/bin/tsc -b
  touch "$built"
fi
