#!/bin/sh
# npm run build: everything, whatever the time stamps say.
set -eu
cd "$(dirname "$0")/.."
rm -f node_modules/.gateway-engine-built
exec sh scripts/setup.sh
