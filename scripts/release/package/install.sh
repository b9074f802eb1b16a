#!/bin/sh
# Installs Gateway Engine from this folder. Needs no network, and nothing but a shell and the usual small tools.
# Starts nothing. Run again, also from a newer release, it upgrades and keeps the configuration.
#
# Usage: ./install.sh [--root DIR]
#   --root DIR   install a gateway that lives in DIR (an absolute path) instead of the whole machine;
#                start its programs with GWE_ROOT=DIR
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
programs="gwe gmq gdc supervisord supervisorctl"
root=

usage() {
  echo "usage: ./install.sh [--root DIR]" >&2
  echo "install.sh: error: $1" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --root) [ $# -ge 2 ] || usage "--root needs a folder"; root=$2; shift 2 ;;
    --root=*) root=${1#--root=}; shift ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) usage "unrecognized argument: $1" ;;
  esac
done
case $root in
  "" | /) root= ;;
  # The path is written into configuration files, where other characters have a meaning.
  *[!A-Za-z0-9_./+-]*) usage "the path $root may hold only letters, digits and _ . / + -" ;;
  /*) root=${root%/} ;;
  *) usage "$root is not an absolute path" ;;
esac

target=$root/opt/gateway-engine
config=$root/etc/gateway-engine
conf_d=$root/etc/supervisor/conf.d
if [ -n "$root" ]; then export GWE_ROOT="$root"; else unset GWE_ROOT; fi

log=$here/gwe_install_$(date +%Y-%m-%d_%H-%M-%S).log
summary=
failed=0

say() {
  echo "$*"
  echo "$*" >>"$log"
}

# note <OK|KEPT|SKIPPED|CHECK|FAILED> <what>: a line of the summary.
note() {
  line=$(printf '%-7s %s' "$1" "$2")
  say "$line"
  summary="$summary$line
"
  [ "$1" != FAILED ] || failed=1
}

die() {
  say "install.sh: $1"
  say "Nothing was started. The log is $log"
  exit 1
}

check_machine() {
  if ! mkdir -p "$root/opt" "$root/usr/local/bin" 2>>"$log" || [ ! -w "$root/opt" ] || [ ! -w "$root/usr/local/bin" ]; then
    die "cannot write to ${root:-/}: run it as root, or give a folder of your own with --root"
  fi
  # A runtime for another processor, or one that needs a newer C library, fails here and not after the next boot.
  "$here/runtime/node" --version >>"$log" 2>&1 || {
    tail -n 2 "$log" >&2
    die "the Node runtime of this release does not run here ($(uname -m), $(getconf GNU_LIBC_VERSION 2>/dev/null || echo "C library unknown")); get the release for this machine"
  }
}

copy_release() {
  if [ "$here" = "$(cd "$target" 2>/dev/null && pwd -P)" ]; then
    note OK "$target is this release's own folder"
    return
  fi
  # Copied beside and renamed, so that the old release is there until the new one is whole on the disk.
  rm -rf "$target.new" "$target.old"
  mkdir "$target.new"
  for entry in "$here"/*; do
    case $entry in
      "$here"/gwe_install_*.log) ;;
      *) cp -R -p "$entry" "$target.new/" ;;
    esac
  done
  sync
  if [ -d "$target" ]; then mv "$target" "$target.old"; fi
  mv "$target.new" "$target"
  rm -rf "$target.old"
  note OK "$target"
}

# A program of the same name that is not ours stays: this machine's owner has put it there.
link_programs() {
  for program in $programs; do
    link=$root/usr/local/bin/$program
    to=../../../opt/gateway-engine/bin/$program
    if [ -L "$link" ] && [ "$(readlink "$link")" = "$to" ]; then
      note OK "$link"
    elif [ -e "$link" ] || [ -L "$link" ]; then
      note FAILED "$link is another program; move it away, or start ours as $target/bin/$program"
    else
      ln -s "$to" "$link"
      note OK "$link"
    fi
  done
}

# install_config <file in init/> <destination> <mode>: only where there is none.
install_config() {
  if [ -s "$2" ]; then
    note KEPT "$2"
    return
  fi
  mkdir -p "$(dirname "$2")"
  sed "s|@ROOT@|$root|g" "$here/init/$1" >"$2.new"
  chmod "$3" "$2.new"
  mv "$2.new" "$2"
  note OK "$2"
}

install_configuration() {
  install_config Gateway.cfg "$config/Gateway.cfg" 600
  install_config Engine.config "$config/Engine.config" 644
  install_config gwe.conf "$conf_d/gwe.conf" 644
  install_config gmq.conf "$conf_d/gmq.conf" 644
  mkdir -p "$root/var/log"
  # Under a root of its own the supervisor needs no file: it finds everything from GWE_ROOT.
  [ -n "$root" ] || install_supervisor_config /etc/supervisor/supervisord.conf
}

# install_supervisor_config <destination>: one that was there before, as a distribution's, may name another socket.
install_supervisor_config() {
  install_config supervisord.conf "$1" 644
  grep -q '^file *= */tmp/supervisord\.sock' "$1" ||
    note CHECK "$1 names another socket than /tmp/supervisord.sock, where gwe looks for the supervisor: set file in [unix_http_server] and serverurl in [supervisorctl] to that one"
}

. "$here/init/python-module.sh"

install_apps() {
  for app in "$here"/apps_to_install/*.tar.gz; do
    [ -e "$app" ] || continue
    if "$target/bin/gwe" -d DEBUG -I "$app" >>"$log" 2>&1; then
      note OK "application $(basename "$app")"
    else
      note FAILED "application $(basename "$app"): see the log"
    fi
  done
}

self_test() {
  for program in $programs; do
    if version=$("$target/bin/$program" -v 2>>"$log"); then
      note OK "$program -v: $version"
    else
      note FAILED "$program -v"
    fi
  done
}

if ! (: >"$log") 2>/dev/null; then
  log=$(mktemp "${TMPDIR:-/tmp}/gwe_install_XXXXXX")
fi
say "Installing Gateway Engine $(cat "$here/VERSION") into ${root:-/} ($(date), $(uname -srm))"
check_machine
copy_release
link_programs
install_configuration
install_python_module
install_apps
self_test

say ""
say "Installation Summary and Self Test"
say "=================================="
say "$summary"
if [ "$failed" -ne 0 ]; then die "something FAILED, see above"; fi
if [ -n "$root" ]; then
  say "Done; nothing was started. Next:"
  say "  export GWE_ROOT=$root PATH=$root/usr/local/bin:\$PATH"
else
  say "Done; nothing was started. Next:"
fi
say "  gwe --set-product-id <PRODUCT_ID> --set-iface <INTERFACE>"
say "  supervisord"
say "The log is $log"
