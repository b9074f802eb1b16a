#!/bin/sh
# npm run check: types, format, lint, the direction of imports, unused code. Prints what it does; stops at the first that fails.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
run() {
  echo "check: $1"
  shift
  sh scripts/node.sh "$@"
}
run "types" node_modules/typescript/bin/tsc -b
run "types of tests and scripts" node_modules/typescript/bin/tsc -p tsconfig.tests.json
run "format and lint" node_modules/@biomejs/biome/bin/biome ci --error-on-warnings --reporter=summary .
run "lint that needs types" node_modules/oxlint/bin/oxlint --type-aware --quiet
run "who imports whom" node_modules/dependency-cruiser/bin/dependency-cruise.mjs --config .dependency-cruiser.mjs packages
run "unused code" node_modules/knip/bin/knip.js --no-progress --no-config-hints
echo "check: all is well"
