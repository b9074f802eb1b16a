#!/bin/sh
# npm start: a fleet server and a gateway on this machine, and an application installed over the air.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec sh scripts/node.sh demo/main.ts "$@"
