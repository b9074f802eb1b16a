#!/bin/sh
# Runs a JavaScript or TypeScript file on the repository's pinned Node.
# Usage: sh scripts/node.sh <file> [argument...]
set -u
repository=$(dirname "$(dirname "$(readlink -f "$0")")")
exec "$repository/packages/platform/bin/launch" "$@"
