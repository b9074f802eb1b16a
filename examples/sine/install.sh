#!/bin/sh
# Installs sine under $GWE_ROOT, which is empty on a real gateway.
set -eu
root=${GWE_ROOT:-}
root=${root%/}
program_dir=$root/usr/local/lib/sine

# sine runs on the Node that Gateway Engine brings along, which need not be on the PATH:
# take the one that is named, or the one that the engine running this script is made of, or any other.
find_node() {
  engine=$(readlink "/proc/$PPID/exe" 2>/dev/null || true)
  for node in "${GWE_NODE:-}" "$engine" "$(command -v node || true)"; do
    case ${node##*/} in
      node | nodejs) [ -x "$node" ] && echo "$node" && return ;;
    esac
  done
  return 1
}

node=$(find_node) || {
  echo "sine needs Node: put node on the PATH, or set GWE_NODE to its path" >&2
  exit 1
}

mkdir -p "$program_dir" "$root/var/lib/sine"
cp sine.mjs "$program_dir/sine.mjs.new"
mv "$program_dir/sine.mjs.new" "$program_dir/sine.mjs"
cat > "$program_dir/sine.new" << EOF
#!/bin/sh
exec "$node" "$program_dir/sine.mjs"
EOF
chmod 755 "$program_dir/sine.new"
mv "$program_dir/sine.new" "$program_dir/sine"
echo "sine is installed in $program_dir and runs on $node"
