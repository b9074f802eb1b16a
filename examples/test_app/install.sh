#!/bin/sh
# Installs test_app under $GWE_ROOT, which is empty on a real gateway.
set -eu
INSTALL_PATH="${GWE_ROOT:-}/usr/local/bin"

echo "Installing test_app..."
python3 -c 'import exo.api' || {
  echo "test_app needs Python 3 with the module exo" >&2
  exit 1
}
mkdir -p "${INSTALL_PATH}"
cp test_app.py "${INSTALL_PATH}/test_app.py.new"
mv "${INSTALL_PATH}/test_app.py.new" "${INSTALL_PATH}/test_app.py"
echo "Installation complete."
