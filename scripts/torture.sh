#!/bin/sh
# npm run torture: the long random runs, of which npm test plays a short sample. Arguments choose the test files.
# npm run torture -- PACKAGE.tar.gz: cuts installs of a package off at every step; see docs/guides/test-your-package-against-power-cuts.md.
set -eu
case ${1:-} in
  /*.tar.gz) package=$1 ;;
  *.tar.gz) package=${INIT_CWD:-$PWD}/$1 ;;
  *) package= ;;
esac
cd "$(dirname "$0")/.."
sh scripts/setup.sh
[ -z "$package" ] || exec sh scripts/node.sh packages/engine/torture/package/main.ts "$package"
exec sh scripts/node.sh node_modules/vitest/vitest.mjs run --config vitest.torture.config.ts "$@"
