#!/bin/sh
# npm run release: build/GatewayEngine.v<X-Y-Z>.tar.gz, everything a gateway needs in one file.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh scripts/release/main.ts "$@"
