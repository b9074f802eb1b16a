#!/bin/sh
# npm run torture: the long random runs, of which npm test plays a short sample. Arguments choose the test files.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh node_modules/vitest/vitest.mjs run --config vitest.torture.config.ts "$@"
