#!/bin/sh
# npm test: every test that needs nothing but npm. Arguments go to vitest, for example: npm test -- packages/gmq
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh node_modules/vitest/vitest.mjs run "$@"
