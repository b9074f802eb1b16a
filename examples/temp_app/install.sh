#!/bin/sh
# Installs temp_app under $GWE_ROOT, which is empty on a real gateway.
set -eu
APP_PATH=/usr/local/bin/temp_app.v1
INSTALL_PATH=${GWE_ROOT:-}$APP_PATH

python3 -c 'import exo.device' || {
  echo "temp_app needs Python 3 with the module exo" >&2
  exit 1
}
mkdir -p "$INSTALL_PATH"
cp my_BLE_LIB.py "$INSTALL_PATH/"
# The program names its configuration by its full path.
sed "s|^PATH_TO_DEVICE_CFG = .*|PATH_TO_DEVICE_CFG = '$INSTALL_PATH/temp_app.cfg'|" temp_app.py >"$INSTALL_PATH/temp_app.py.new"
mv "$INSTALL_PATH/temp_app.py.new" "$INSTALL_PATH/temp_app.py"
# An update keeps the identity, with the CIK that was written into it.
[ -e "$INSTALL_PATH/temp_app.cfg" ] || cp temp_app.cfg "$INSTALL_PATH/"
echo "temp_app is installed in $INSTALL_PATH"
