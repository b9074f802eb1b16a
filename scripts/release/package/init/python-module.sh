# Part of install.sh: puts the module exo onto the import path of each Python 3 of the gateway, with one line in a .pth file.

install_python_module() {
  placed=$target/python/pth-files
  : >"$placed"
  for python in $(find_pythons); do
    place_python_module "$python"
  done
  [ -s "$placed" ] || note SKIPPED "the Python module exo: no Python 3.7 or newer in ${root:-/}; another one finds it with PYTHONPATH=$target/python"
}

find_pythons() {
  folders="$root/usr/local/bin $root/usr/bin"
  [ -n "$root" ] || folders="$folders $(echo "$PATH" | tr : ' ')"
  for folder in $folders; do
    for python in "$folder"/python3 "$folder"/python3.[0-9] "$folder"/python3.[0-9][0-9]; do
      if [ -x "$python" ]; then echo "$python"; fi
    done
  done
}

# place_python_module <python>: one of its names; a Python that was seen under another name is left out.
place_python_module() {
  site=$("$1" -I -c 'import site, sys; print(site.getsitepackages()[0] if sys.version_info >= (3, 7) else "")' 2>>"$log") || return 0
  [ -n "$site" ] || return 0
  pth=$site/gateway-engine.pth
  if grep -qxF "$pth" "$placed"; then return 0; fi
  if ! { mkdir -p "$site" && echo "$target/python" >"$pth"; } 2>>"$log"; then
    note CHECK "the Python module exo: cannot write $pth; $1 finds it with PYTHONPATH=$target/python"
    return 0
  fi
  echo "$pth" >>"$placed"
  found=$("$1" -I -c 'import os, exo.device; print(os.path.dirname(exo.__path__[0]))' 2>>"$log") || found="no module"
  if [ "$found" = "$target/python" ]; then
    note OK "the Python module exo for $1"
  else
    note CHECK "the Python module exo: $1 has another one ($found); remove that, or set PYTHONPATH=$target/python"
  fi
}
