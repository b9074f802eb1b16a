#!/bin/sh
# npm run test:system: the tests that need root or a Debian package. They fail, not skip, when one is missing.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh node_modules/vitest/vitest.mjs run --config vitest.system.config.ts "$@"
