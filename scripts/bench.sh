#!/bin/sh
# npm run bench: measures the programs and their peers side by side, and prints ratios. Arguments choose the measurements.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh packages/benchmarks/dist/main.js "$@"
